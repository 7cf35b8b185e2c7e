import express from 'express';
import request from 'supertest';
import { refuseForeignPages, requireApiKey } from '#server/gateway/authentication.js';
import { errorHandler } from '#server/gateway/http-error.js';

const logger = { error: () => undefined, debug: () => undefined };

function guarded(handler: express.RequestHandler) {
  const app = express();
  app.use(handler);
  app.post('/', (_req, res) => void res.json('in'));
  app.use(errorHandler(logger, () => 'id'));
  return (headers: Record<string, string>) => request(app).post('/').set(headers);
}

describe('requireApiKey', () => {
  test('lets everyone in without a key', async () => {
    expect((await guarded(requireApiKey(undefined))({})).status).toBe(200);
  });

  test.each([
    ['Bearer secret', 200],
    ['bearer  secret ', 200],
    ['Bearer wrong', 401],
    ['Bearer secretx', 401],
    ['Bearer', 401],
    ['Basic secret', 401],
    ['secret', 401],
    ['', 401],
  ])('answers the authorization %j with %i', async (authorization, status) => {
    const response = await guarded(requireApiKey('secret'))({ authorization });
    expect(response.status).toBe(status);
    expect(response.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });
});

describe('refuseForeignPages', () => {
  test.each([
    [{}, 200],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
  ])('answers %j with %i', async (headers, status) => {
    expect((await guarded(refuseForeignPages)(headers)).status).toBe(status);
  });
});
