/**
 * ioredis 5 (RESP2), ioredis 6 (RESP3) and iovalkey (RESP2), as they come: connect with defaults, pipeline, transact,
 * and search through `call`.
 */
import { Redis as Redis5 } from 'ioredis';
import { Redis as Redis6 } from 'ioredis6';
import { Redis as Valkey } from 'iovalkey';
import { type Subject, startSubject, subjectIsRedis } from '../compat/subject.js';
import {
  dimensions,
  documents,
  nearest,
  prefix,
  query,
  queryVector,
  readSearchReply,
  vectorBytes,
} from './documents.js';

type Client = Redis5 | Redis6 | Valkey;

const clients: readonly { name: string; resp: number; connect: (port: number) => Client }[] = [
  { name: 'ioredis 5', resp: 2, connect: (port) => new Redis5({ port }) },
  { name: 'ioredis 6', resp: 3, connect: (port) => new Redis6({ port }) },
  { name: 'iovalkey', resp: 2, connect: (port) => new Valkey({ port }) },
];

describe.each(clients)('$name', ({ resp, connect }) => {
  let subject: Subject;
  let client: Client;

  beforeAll(async () => {
    subject = await startSubject();
    client = connect(subject.port);
  });

  afterAll(async () => {
    client?.disconnect();
    await subject?.stop();
  });

  test(`connects with its defaults, which speak RESP${resp}`, async () => {
    expect(await client.call('PING')).toBe('PONG');
    expect(String(await client.call('CLIENT', 'INFO'))).toContain(`resp=${resp}`);
  });

  test('reads and writes strings, hashes and bytes', async () => {
    expect(await client.call('SET', 'greeting', 'hello', 'EX', '100')).toBe('OK');
    expect(await client.get('greeting')).toBe('hello');
    expect(await client.get('none')).toBeNull();
    await client.hset('user', { name: 'Ada', age: '36' });
    expect(await client.hgetall('user')).toEqual({ name: 'Ada', age: '36' });
    const bytes = Buffer.from([0, 13, 10, 255]);
    await client.set('bytes', bytes);
    expect(await client.getBuffer('bytes')).toEqual(bytes);
    await expect(client.call('HSET', 'greeting', 'f', 'v')).rejects.toThrow('WRONGTYPE');
  });

  test('pipelines and transacts', async () => {
    const pipeline = client.pipeline();
    for (let index = 0; index < 1_000; index++) pipeline.incr('count');
    const replies = await pipeline.exec();
    expect(replies?.map(([error, count]) => [error, count])).toEqual(
      Array.from({ length: 1_000 }, (_, index) => [null, index + 1]),
    );
    expect(await client.multi().set('a', '1').incr('a').exec()).toEqual([
      [null, 'OK'],
      [null, 2],
    ]);
  });

  test('subscribes to channels and patterns, and hears of keys', async () => {
    const subscriber = connect(subject.port);
    await subscriber.ping();
    try {
      const heard: string[] = [];
      const enough = new Promise<void>((resolve) => {
        const hear = (...message: string[]): void => {
          heard.push(message.join(' '));
          if (heard.length === 4) resolve();
        };
        subscriber.on('message', (channel, message) => hear(channel, message));
        subscriber.on('pmessage', (pattern, channel, message) => hear(pattern, channel, message));
      });
      await client.config('SET', 'notify-keyspace-events', 'E$');
      expect(await subscriber.subscribe('news', 'sport')).toBe(2);
      expect(await subscriber.psubscribe('n*', '__keyevent@0__:set')).toBe(4);
      expect(await client.publish('news', 'hello')).toBe(2);
      await client.set('told', '1');
      expect(await client.publish('sport', 'bye')).toBe(1);
      await enough;
      expect(heard).toEqual(['news hello', 'n* news hello', '__keyevent@0__:set __keyevent@0__:set told', 'sport bye']);
      expect(await subscriber.unsubscribe('news', 'sport')).toBe(2);
      expect(await subscriber.punsubscribe('n*', '__keyevent@0__:set')).toBe(0);
      expect(await client.publish('news', 'nobody')).toBe(0);
      await client.config('SET', 'notify-keyspace-events', '');
    } finally {
      subscriber.disconnect();
    }
  });

  const jsonTest = subjectIsRedis ? test.skip : test;
  jsonTest('keeps JSON documents', async () => {
    expect(await client.call('JSON.SET', 'json', '$', '{"a":1,"b":[true,null]}')).toBe('OK');
    expect(await client.call('JSON.GET', 'json', '$.b[*]')).toBe('[true,null]');
    expect(await client.call('JSON.ARRAPPEND', 'json', '$.b', '2')).toEqual([3]);
    expect(await client.call('JSON.OBJKEYS', 'json', '$')).toEqual([['a', 'b']]);
    expect(await client.call('JSON.DEL', 'json')).toBe(1);
  });

  const searchTest = subjectIsRedis ? test.skip : test;
  searchTest('creates an index, stores documents and finds the nearest', async () => {
    const schema = ['tag', 'TAG', 'price', 'NUMERIC', 'vector', 'VECTOR', 'HNSW', '6'];
    const vectorAttributes = ['TYPE', 'FLOAT32', 'DIM', String(dimensions), 'DISTANCE_METRIC', 'L2'];
    const on = ['ON', 'HASH', 'PREFIX', '1', prefix];
    expect(await client.call('FT.CREATE', 'places', ...on, 'SCHEMA', ...schema, ...vectorAttributes)).toBe('OK');
    for (const { key, tag, price, vector } of documents) {
      expect(await client.hset(key, { tag, price, vector: vectorBytes(vector) })).toBe(3);
    }
    const options = ['RETURN', '2', 'price', 'distance', 'SORTBY', 'distance', 'DIALECT', '2'];
    const reply = await client.call(
      'FT.SEARCH',
      'places',
      query,
      'PARAMS',
      '2',
      'q',
      vectorBytes(queryVector),
      ...options,
    );
    expect(readSearchReply(reply)).toEqual({ total: 2, found: nearest });
    expect(await client.call('FT._LIST')).toEqual(['places']);
    expect(await client.call('FT.DROPINDEX', 'places')).toBe('OK');
  });
});
