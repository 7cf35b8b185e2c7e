/**
 * `GET /`: the console page, made once.
 */
import type { RequestHandler } from 'express';
import { type ConsolePageData, consolePage, consolePagePolicy } from '../console-page.js';

export function consoleRoute(data: ConsolePageData): RequestHandler {
  const page = consolePage(data);
  return (_request, response) => {
    response.setHeader('content-security-policy', consolePagePolicy);
    response.setHeader('referrer-policy', 'no-referrer');
    response.type('text/html').send(page);
  };
}
