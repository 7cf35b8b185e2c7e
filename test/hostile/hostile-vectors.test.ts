/**
 * Vectors that no one should send, and questions at the edges of what may be asked: what each comes to is defined, and the
 * server answers the next one as if nothing had been. Every index kind, every metric; small indexes, which answer on
 * JavaScript's thread, and one that is large enough for the engine's own.
 */
import { type Subject, startSubject } from '../compat/subject.js';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { encodeCommand, RawConnection } from '../support/raw-connection.js';
import { parseReply, type ReplyTree } from '../support/reply-tree.js';

const METRICS = ['L2', 'IP', 'COSINE'] as const;
const dim = 4;
/** Above what is searched at once. */
const many = 2_500;

let subject: Subject;
let client: RawConnection;

beforeAll(async () => {
  subject = await startSubject([]);
  client = await RawConnection.open({ port: subject.port });
});

afterAll(async () => {
  client.close();
  await subject.stop();
});

beforeEach(async () => {
  await client.call('FLUSHALL');
});

function floats(...elements: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(elements).buffer);
}

async function create(algorithm: string, metric: string, size = dim): Promise<void> {
  const parameters = ['TYPE', 'FLOAT32', 'DIM', String(size), 'DISTANCE_METRIC', metric];
  const schema = ['SCHEMA', 'v', 'VECTOR', algorithm, String(parameters.length), ...parameters];
  expect(String(await client.call('FT.CREATE', 'idx', 'PREFIX', '1', 'd:', ...schema))).toBe('+OK\r\n');
}

async function put(key: string, vector: Uint8Array): Promise<void> {
  expect(String(await client.call('HSET', key, 'v', vector))).toBe(':1\r\n');
}

/** Keys and distances, or the error. */
async function nearest(k: string, vector: Uint8Array, ...options: string[]): Promise<[string, string][] | string> {
  const query = `*=>[KNN ${[k, '@v', '$q', ...options].join(' ')} AS far]`;
  const limit = ['LIMIT', '0', '10000', 'RETURN', '1', 'far'];
  const reply = parseReply(await client.call('FT.SEARCH', 'idx', query, 'PARAMS', '2', 'q', vector, ...limit));
  if (reply.type === '-') return reply.text ?? '';
  const [, ...rows] = reply.items;
  return Array.from({ length: rows.length / 2 }, (_, row) => [
    rows[row * 2]?.text ?? '',
    rows[row * 2 + 1]?.items[1]?.text ?? '',
  ]);
}

async function failures(): Promise<string> {
  const items: readonly ReplyTree[] = parseReply(await client.call('FT.INFO', 'idx')).items ?? [];
  const at = items.findIndex(({ text }) => text === 'hash_indexing_failures');
  return items[at + 1]?.text ?? '';
}

for (const algorithm of ['FLAT', 'HNSW']) {
  describe(`an index of kind ${algorithm}`, () => {
    test.each(METRICS)('leaves out vectors that have no distance, by %s', async (metric) => {
      await create(algorithm, metric);
      await put('d:good', floats(1, 0, 0, 0));
      await put('d:nan', floats(1, Number.NaN, 0, 0));
      await put('d:infinite', floats(Number.POSITIVE_INFINITY, 0, 0, 0));
      await put('d:negative', floats(0, 0, 0, Number.NEGATIVE_INFINITY));
      await put('d:short', floats(1, 0, 0));
      await put('d:long', floats(1, 0, 0, 0, 0));
      await put('d:odd', floats(1, 0, 0, 0).subarray(1));
      await put('d:empty', new Uint8Array(0));
      expect(await nearest('10', floats(1, 0, 0, 0))).toEqual([['d:good', '0']]);
      expect(await failures()).toBe('7');
    });

    test.each(METRICS)('refuses such a vector in a question, by %s', async (metric) => {
      await create(algorithm, metric);
      await put('d:good', floats(1, 0, 0, 0));
      for (const vector of [floats(Number.NaN, 0, 0, 0), floats(0, 0, 0, Number.POSITIVE_INFINITY)]) {
        expect(await nearest('1', vector)).toMatch(/element \d of the query vector is not a finite number/);
      }
      for (const vector of [floats(1), floats(1, 0, 0, 0, 0), new Uint8Array(0)]) {
        expect(await nearest('1', vector)).toMatch(/query vector blob size \(\d+\) does not match/);
      }
      expect(await nearest('1', floats(1, 0, 0, 0))).toEqual([['d:good', '0']]);
    });

    test('is at distance 1 from the zero vector by COSINE, on either side', async () => {
      await create(algorithm, 'COSINE');
      await put('d:zero', floats(0, 0, 0, 0));
      expect(await nearest('1', floats(1, 2, 3, 4))).toEqual([['d:zero', '1']]);
      expect(await nearest('1', floats(0, 0, 0, 0))).toEqual([['d:zero', '1']]);
      await put('d:one', floats(1, 0, 0, 0));
      expect(await nearest('2', floats(0, 0, 0, 0))).toEqual([
        ['d:zero', '1'],
        ['d:one', '1'],
      ]);
    });

    test('answers nothing from nothing, and none when none are asked for', async () => {
      await create(algorithm, 'L2');
      expect(await nearest('10', floats(1, 0, 0, 0))).toEqual([]);
      await put('d:1', floats(1, 0, 0, 0));
      expect(await nearest('0', floats(1, 0, 0, 0))).toEqual([]);
      await client.call('DEL', 'd:1');
      expect(await nearest('10', floats(1, 0, 0, 0))).toEqual([]);
    });

    test('answers all it has when k is larger, and k when ef is smaller', async () => {
      await create(algorithm, 'L2');
      const random = new SeededRandom(21);
      for (let n = 0; n < many; n++) {
        client.send(
          encodeCommand(['HSET', `d:${n}`, 'v', floats(...Array.from({ length: dim }, () => random.below(1000)))]),
        );
      }
      await client.repliesOf(many);
      const query = floats(500, 500, 500, 500);
      expect(await nearest('10000', query)).toHaveLength(many);
      expect(await nearest('10001', query)).toMatch(/cannot exceed 10000/);
      expect(await nearest('100', query, 'EF_RUNTIME', '1')).toHaveLength(100);
      expect(await nearest('5', query, 'EF_RUNTIME', '1000000')).toHaveLength(5);
      expect(await nearest('5', query, 'EF_RUNTIME', '0')).toMatch(/EF_RUNTIME must be a positive integer/);
      expect(await nearest('-1', query)).toMatch(/KNN parameter must be a positive integer/);
    });

    test.each(METRICS)('takes vectors of 32,768 dimensions, and none of more, by %s', async (metric) => {
      const size = 32_768;
      await create(algorithm, metric, size);
      const vectors = [1, 2, 3].map((seed) => {
        const random = new SeededRandom(seed);
        return floats(...Array.from({ length: size }, () => random.below(2000) / 1000 - 1));
      });
      for (const [n, vector] of vectors.entries()) await put(`d:${n}`, vector);
      const found = await nearest('3', vectors[1] ?? new Uint8Array(0));
      expect(found).toHaveLength(3);
      expect(found[0]?.[0]).toBe('d:1');
      const tooMany = ['SCHEMA', 'v', 'VECTOR', algorithm, '6', 'TYPE', 'FLOAT32', 'DIM', String(size + 1)];
      const refused = String(await client.call('FT.CREATE', 'more', ...tooMany, 'DISTANCE_METRIC', metric));
      expect(refused).toMatch(/^-.*less than or equal to 32768/);
    });

    test.each(METRICS)('bears the greatest and the least numbers, by %s', async (metric) => {
      await create(algorithm, metric);
      const values = [3.4e38, -3.4e38, 1e-45, -1e-45, 0, 1];
      for (const [n, value] of values.entries()) await put(`d:${n}`, floats(value, value, value, value));
      for (const value of values) {
        const found = await nearest('10', floats(value, value, value, value));
        expect(found).toHaveLength(values.length);
        if (typeof found !== 'string') for (const [, distance] of found) expect(distance).not.toMatch(/nan/);
      }
    });
  });
}
