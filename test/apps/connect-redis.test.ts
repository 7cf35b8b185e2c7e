/** express-session with connect-redis, as a web application uses them: sessions live in Nearkey and end there. */
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';
import request from 'supertest';
import { type Nearkey, startNearkey } from '../support/nearkey.js';

declare module 'express-session' {
  interface SessionData {
    visits: number;
  }
}

function application(store: RedisStore): express.Express {
  const app = express();
  app.use(session({ store, secret: 'secret', resave: false, saveUninitialized: false, cookie: { maxAge: 60_000 } }));
  app.post('/visit', (req, res) => {
    req.session.visits = (req.session.visits ?? 0) + 1;
    res.json({ visits: req.session.visits });
  });
  app.get('/visits', (req, res) => {
    res.json({ visits: req.session.visits ?? 0 });
  });
  app.post('/leave', (req, res) => {
    req.session.destroy(() => res.json({}));
  });
  return app;
}

describe('connect-redis', () => {
  let nearkey: Nearkey;
  let client: ReturnType<typeof createClient>;

  beforeAll(async () => {
    nearkey = await startNearkey();
    client = createClient({ url: `redis://127.0.0.1:${nearkey.port}` });
    await client.connect();
  });

  afterAll(async () => {
    client?.destroy();
    await nearkey?.stop();
  });

  test('keeps the sessions of two browsers apart, with a time to live, until they leave', async () => {
    const store = new RedisStore({ client, prefix: 'session:' });
    const app = application(store);
    const [ada, bob] = [request.agent(app), request.agent(app)];
    for (const visits of [1, 2, 3]) expect((await ada.post('/visit')).body).toEqual({ visits });
    expect((await bob.post('/visit')).body).toEqual({ visits: 1 });
    expect((await ada.get('/visits')).body).toEqual({ visits: 3 });
    const keys = await client.keys('session:*');
    expect(keys.length).toBe(2);
    for (const key of keys) expect(await client.ttl(key)).toBeGreaterThan(50);
    expect([await store.length(), (await store.ids()).length, (await store.all()).length]).toEqual([2, 2, 2]);
    await ada.post('/leave');
    expect((await ada.get('/visits')).body).toEqual({ visits: 0 });
    expect((await bob.get('/visits')).body).toEqual({ visits: 1 });
    expect(await store.length()).toBe(1);
    await store.clear();
    expect(await client.dbSize()).toBe(0);
  });

  test('touches a session that is only read', async () => {
    const app = application(new RedisStore({ client, prefix: 'touched:' }));
    const browser = request.agent(app);
    await browser.post('/visit');
    const [key = ''] = await client.keys('touched:*');
    await client.expire(key, 5);
    await browser.get('/visits');
    expect(await client.ttl(key)).toBeGreaterThan(50);
  });
});
