import request from 'supertest';
import { ScriptedCommander } from '../../../sdk/scripted-commander.js';
import { gatewayApp } from '../gateway-app.js';

test('the console is a page that loads nothing from elsewhere and cannot be framed', async () => {
  const { app } = gatewayApp(new ScriptedCommander(() => 'PONG'));
  const { status, type, headers, text } = await request(app).get('/');
  expect([status, type]).toEqual([200, 'text/html']);
  expect(text).toContain('words-1');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['referrer-policy']).toBe('no-referrer');
});
