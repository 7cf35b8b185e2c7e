import { defineRoute, nothing } from '@nearkey/sdk/contract';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import { bindRoute } from '#server/gateway/bind-route.js';
import { errorHandler } from '#server/gateway/http-error.js';

const double = defineRoute({
  operationId: 'double',
  method: 'post',
  path: '/numbers/{name}/double',
  summary: 'Twice the number.',
  params: z.object({ name: z.string().regex(/^[a-z]+$/) }),
  body: z.object({ value: z.number() }),
  success: { status: 201, description: 'Done.', body: z.object({ name: z.string(), value: z.number() }) },
  problems: [400],
});

const forget = defineRoute({
  operationId: 'forget',
  method: 'delete',
  path: '/numbers/{name}',
  summary: 'Forget it.',
  params: z.object({ name: z.string() }),
  body: nothing,
  success: { status: 204, description: 'Forgotten.', body: nothing },
  problems: [],
});

function app() {
  const server = express();
  server.use(express.json());
  bindRoute(server, double, 1_000, async ({ params, body }) => ({ name: params.name, value: 2 * body.value }));
  bindRoute(server, forget, 1_000, async ({ params }) => {
    if (params.name === 'bad') throw new Error('broken');
  });
  server.use(errorHandler({ error: () => undefined, debug: () => undefined }, () => 'id'));
  return server;
}

describe('bindRoute', () => {
  test('hands over what the schemas let through and answers with the status of the contract', async () => {
    const response = await request(app()).post('/numbers/a/double').send({ value: 21, extra: true });
    expect([response.status, response.body]).toEqual([201, { name: 'a', value: 42 }]);
  });

  test('refuses parameters and bodies that the schemas refuse', async () => {
    for (const [path, body, field] of [
      ['/numbers/A/double', { value: 1 }, 'name'],
      ['/numbers/a/double', { value: '1' }, 'value'],
      ['/numbers/a/double', undefined, ''],
    ] as const) {
      const response = await request(app()).post(path).send(body);
      expect([response.status, response.body.fields[0].field]).toEqual([400, field]);
    }
  });

  test('answers nothing where there is nothing to say', async () => {
    const response = await request(app()).delete('/numbers/x').send({ ignored: true });
    expect([response.status, response.text]).toEqual([204, '']);
  });

  test('turns what a handler throws into a problem', async () => {
    expect((await request(app()).delete('/numbers/bad')).status).toBe(500);
  });
});
