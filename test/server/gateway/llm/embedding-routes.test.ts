import request from 'supertest';
import { ScriptedCommander } from '../../../sdk/scripted-commander.js';
import { gatewayApp } from '../gateway-app.js';

const ill = () => new ScriptedCommander(() => new Error('ERR not scripted'));

describe('embeddings', () => {
  test('come as numbers, or as base64 of the same floats', async () => {
    const { app } = gatewayApp(ill());
    const embed = async (more: object) => {
      const { body } = await request(app)
        .post('/v1/embeddings')
        .send({ model: 'nearkey', input: ['one two'], ...more });
      return body;
    };
    const numbers = await embed({});
    const encoded = await embed({ encoding_format: 'base64', dimensions: 256 });
    const bytes = Buffer.from(encoded.data[0].embedding, 'base64');
    const floats = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
    expect(floats).toEqual(numbers.data[0].embedding);
    expect([numbers.object, numbers.model, numbers.usage]).toEqual([
      'list',
      'nearkey',
      { prompt_tokens: 2, total_tokens: 2 },
    ]);
  });

  test.each([[{ input: [] }], [{ input: 7 }], [{ input: ['a', 7] }], [{ input: 'a', dimensions: 3 }]])(
    'refuse %j',
    async (body) => {
      const { app } = gatewayApp(ill());
      const refused = await request(app)
        .post('/v1/embeddings')
        .send({ model: 'words-1', ...body });
      expect([refused.status, refused.body.error.type]).toEqual([400, 'invalid_request_error']);
    },
  );

  test('say when the embedder is ill', async () => {
    const { app, embedder } = gatewayApp(ill());
    embedder.failure = new Error('killed');
    const failed = await request(app).post('/v1/embeddings').send({ model: 'nearkey', input: 'a' });
    expect([failed.status, failed.body.error.type]).toEqual([503, 'server_error']);
  });
});

test('the list of models has the packaged embedder, whether the provider can be reached or not', async () => {
  const { app } = gatewayApp(ill());
  const { body } = await request(app).get('/v1/models');
  expect(body.data).toEqual([{ id: 'words-1', object: 'model', created: 0, owned_by: 'nearkey' }]);
  expect((await request(gatewayApp(ill(), { apiKey: 'secret' }).app).get('/v1/models')).status).toBe(401);
});
