import { defineRoute, nothing } from '@nearkey/sdk/contract';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import { bindLines, bindRoute } from '#server/gateway/bind-route.js';
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

const page = defineRoute({
  operationId: 'page',
  method: 'get',
  path: '/numbers/{name}/page',
  summary: 'What it was asked.',
  params: z.object({ name: z.string(), size: z.coerce.number().max(9).default(5) }),
  body: nothing,
  success: { status: 200, description: 'Done.', body: z.object({ name: z.string(), size: z.number() }) },
  problems: [],
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

const count = defineRoute({
  operationId: 'count',
  method: 'get',
  path: '/numbers/{name}/counted',
  summary: 'As many lines as it is told.',
  params: z.object({ name: z.string().regex(/^[a-z]+$/) }),
  body: nothing,
  success: { status: 200, description: 'Lines.', body: z.object({ number: z.number() }), isLines: true },
  problems: [],
});

async function* numbers(name: string): AsyncIterable<{ number: number }> {
  if (name === 'bad') throw new Error('broken');
  for (let number = 0; number < 3; number++) {
    if (name === 'late' && number === 2) throw new Error('broken');
    yield { number };
  }
}

function app() {
  const server = express();
  server.use(express.json());
  bindRoute(server, double, 1_000, async ({ params, body }) => ({ name: params.name, value: 2 * body.value }));
  bindRoute(server, forget, 1_000, async ({ params }) => {
    if (params.name === 'bad') throw new Error('broken');
  });
  bindRoute(server, page, 1_000, async ({ params }) => params);
  bindLines(server, count, ({ name }) => numbers(name));
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

describe('parameters of the query string', () => {
  test('are validated beside those of the path, which count', async () => {
    expect((await request(app()).get('/numbers/a/page?size=7&name=b')).body).toEqual({ name: 'a', size: 7 });
    expect((await request(app()).get('/numbers/a/page')).body).toEqual({ name: 'a', size: 5 });
    expect((await request(app()).get('/numbers/a/page?size=10')).status).toBe(400);
  });
});

describe('a route of lines', () => {
  test('sends a line of JSON for each value', async () => {
    const { text, headers } = await request(app()).get('/numbers/a/counted').buffer(true);
    expect([headers['content-type'], text]).toEqual([
      'application/x-ndjson',
      '{"number":0}\n{"number":1}\n{"number":2}\n',
    ]);
  });

  test('is a problem when it fails before the first line, and breaks off when it fails later', async () => {
    expect((await request(app()).get('/numbers/bad/counted')).status).toBe(500);
    expect((await request(app()).get('/numbers/1/counted')).status).toBe(400);
    await expect(request(app()).get('/numbers/late/counted').buffer(true)).rejects.toThrow('aborted');
  });
});
