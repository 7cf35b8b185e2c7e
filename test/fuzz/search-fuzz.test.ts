/**
 * Random writes, lifetimes, renames and changes of indexes, and after each of them a random query: what FT.SEARCH finds
 * must be what reading every document finds. The model keeps its own keyspace and shares no code with the server; queries
 * reach the server as text. Documents are hashes or JSON; vectors are of small whole numbers, whose distances are exact.
 *
 *     NEARKEY_SEARCH_FUZZ=200000 npm test -- search-fuzz      more operations than the usual ones
 */
import { type Argument, type InProcess, type InProcessClient, startInProcess } from '../support/in-process.js';
import { SeededRandom } from './seeded-random.js';

const operations = Number(process.env.NEARKEY_SEARCH_FUZZ ?? 20_000);
type DocumentType = 'HASH' | 'JSON';
const runs = [
  [1, 'HASH', 'auto'],
  [2, 'HASH', 'hnswlib'],
  [3, 'JSON', 'auto'],
  [4, 'JSON', 'hnswlib'],
] as const;

const vocabulary = ['run', 'runs', 'running', 'cats', 'cat', 'kat', 'dog', 'bird', 'byrd', 'the', 'birds'];
const stems: Readonly<Record<string, string>> = { runs: 'run', running: 'run', cats: 'cat', birds: 'bird' };
const stemOf = (word: string): string => stems[word] ?? word;
/** Words that sound alike. */
const sounds: Readonly<Record<string, string>> = { kat: 'cat', byrd: 'bird' };
const soundOf = (word: string): string => sounds[word] ?? word;
const tags = ['red', 'blue', 'green', 'grey'];

interface Model {
  fields: Map<string, string>;
  expiresAtMs: number;
}

interface Condition {
  readonly text: string;
  readonly holds: (fields: ReadonlyMap<string, string>) => boolean;
}

/** Declared from the start, and added by FT.ALTER. */
const firstFields = ['title TEXT NOSTEM', 'tag TAG INDEXMISSING', 'n NUMERIC'];
const moreFields = ['body TEXT WITHSUFFIXTRIE PHONETIC dm:en', 'place GEO', 'area GEOSHAPE FLAT'];
const vectorFields = ['FLAT', 'HNSW'].map((kind) => `v VECTOR ${kind} 6 TYPE FLOAT32 DIM 3 DISTANCE_METRIC L2`);
/** In the model a vector is written so; one of another length is refused. */
const badVector = '1,2';

/** A JSON document may have several, with semicolons between them. */
const vectorsOf = (text: string | undefined): number[][] | undefined =>
  text?.split(';').map((vector) => vector.split(',').map(Number));
const vectorBytes = (vector: readonly number[]): Buffer => Buffer.from(Float32Array.from(vector).buffer);
/** As the metric L2 has it: squared. */
const distanceOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, element, at) => sum + (element - (b[at] ?? 0)) ** 2, 0);
/** Of the nearest. */
const leastDistance = (vectors: readonly (readonly number[])[], to: readonly number[]): number =>
  Math.min(...vectors.map((vector) => distanceOf(vector, to)));

const wordsOf = (text: string | undefined): string[] =>
  (text ?? '')
    .toLowerCase()
    .match(/[a-z]+/g)
    ?.filter((word) => word !== 'the') ?? [];

/** By stem, or by sound. */
function isAlike(a: string, b: string): boolean {
  return stemOf(a) === stemOf(b) || soundOf(a) === soundOf(b);
}

class SearchFuzz {
  readonly #random: SeededRandom;
  readonly #process: InProcess;
  readonly #client: InProcessClient;
  readonly #keys = new Map<string, Model>();
  #nowMs = 0;
  #hasIndex = false;
  #isAltered = false;
  /** What queries are near to. */
  #near: readonly number[] = [];
  /** What shapes are compared with. */
  #around: Area = [0, 0, 1, 1];
  readonly log: string[] = [];

  constructor(
    seed: number,
    private readonly type: DocumentType,
    engine: string,
  ) {
    this.#random = new SeededRandom(seed);
    this.#process = startInProcess({ 'vector-engine': engine });
    this.#client = this.#process.connect();
  }

  step(): void {
    const random = this.#random;
    if (!this.#hasIndex || random.chance(0.004)) this.#changeIndex();
    else if (random.chance(0.05)) this.#wait();
    else this.#write();
    this.#query();
    if (random.chance(0.2)) this.#aggregate();
  }

  finish(): void {
    expect(this.#process.failures).toEqual([]);
  }

  #send(...argv: Argument[]): void {
    this.log.push(argv.join(' '));
    this.#client.call(...argv);
  }

  #changeIndex(): void {
    if (this.#hasIndex && !this.#isAltered) {
      this.#send('FT.ALTER', 'idx', 'SCHEMA', 'ADD', ...this.#declared(moreFields));
      this.#isAltered = true;
    } else {
      if (this.#hasIndex) this.#send('FT.DROPINDEX', 'idx');
      const fields = [...firstFields, this.#random.pick(vectorFields)];
      this.#send('FT.CREATE', 'idx', 'ON', this.type, 'PREFIX', 1, 'd:', 'SCHEMA', ...this.#declared(fields));
      this.#hasIndex = true;
      this.#isAltered = false;
    }
    this.#process.scheduler.runAll();
  }

  #declared(fields: readonly string[]): string[] {
    const declared = this.type === 'HASH' ? fields : fields.map((field) => field.replace(/^\w+/, '$.$& AS $&'));
    return declared.join(' ').split(' ');
  }

  #wait(): void {
    const ms = this.#random.below(200);
    this.log.push(`${ms} ms pass`);
    this.#process.clock.advance(ms);
    this.#nowMs += ms;
    for (const [key, { expiresAtMs }] of this.#keys) if (expiresAtMs <= this.#nowMs) this.#keys.delete(key);
  }

  #write(): void {
    const random = this.#random;
    const key = this.#key();
    const model = this.#keys.get(key);
    switch (random.below(10)) {
      case 0:
        this.#send('DEL', key);
        this.#keys.delete(key);
        return;
      case 1: {
        if (model === undefined) return;
        const ms = 1 + random.below(300);
        this.#send('PEXPIRE', key, ms);
        model.expiresAtMs = this.#nowMs + ms;
        return;
      }
      case 2: {
        const to = this.#key();
        if (model === undefined || to === key) return;
        this.#send('RENAME', key, to);
        this.#keys.delete(key);
        this.#keys.set(to, model);
        return;
      }
      case 3: {
        const to = this.#key();
        if (model === undefined || to === key) return;
        this.#send('COPY', key, to, 'REPLACE');
        this.#keys.set(to, { fields: new Map(model.fields), expiresAtMs: model.expiresAtMs });
        return;
      }
      case 4: {
        const field = random.pick(['title', 'tag', 'n', 'body', 'place', 'area', 'v']);
        if (this.type === 'HASH') this.#send('HDEL', key, field);
        else this.#send('JSON.DEL', key, `$.${field}`);
        model?.fields.delete(field);
        if (model?.fields.size === 0) this.#keys.delete(key);
        return;
      }
      default:
        this.#set(key, model);
    }
  }

  #set(key: string, model: Model | undefined): void {
    const random = this.#random;
    const text = (): string => Array.from({ length: 1 + random.below(5) }, () => random.pick(vocabulary)).join(' ');
    const place = (): string => `${random.below(360) - 180},${random.below(170) - 85}`;
    const all: [string, string][] = [
      ['title', text()],
      ['body', text().toUpperCase()],
      ['tag', random.chance(0.3) ? `${random.pick(tags)}, ${random.pick(tags)}` : random.pick(tags)],
      ['n', random.chance(0.03) ? 'many' : String(random.below(20))],
      ['place', random.chance(0.03) ? 'here' : place()],
      ['area', random.chance(0.03) ? 'POLYGON((1 1, 2 2))' : wktOf(this.#area())],
      ['v', random.chance(0.03) ? badVector : this.#vectors()],
    ];
    const chosen = all.filter(() => random.chance(0.5));
    const pairs = chosen.length === 0 ? all : chosen;
    if (this.type === 'HASH')
      this.#send('HSET', key, ...pairs.flatMap(([name, value]) => [name, hashValue(name, value)]));
    else this.#setJson(key, model, pairs);
    const kept = model ?? { fields: new Map<string, string>(), expiresAtMs: Number.POSITIVE_INFINITY };
    for (const [field, value] of pairs) kept.fields.set(field, value);
    this.#keys.set(key, kept);
  }

  #setJson(key: string, model: Model | undefined, pairs: readonly (readonly [string, string])[]): void {
    const values = pairs.map(([name, value]): [string, unknown] => [name, jsonValue(name, value)]);
    if (model === undefined) this.#send('JSON.SET', key, '$', JSON.stringify(Object.fromEntries(values)));
    else for (const [name, value] of values) this.#send('JSON.SET', key, `$.${name}`, JSON.stringify(value));
  }

  #vector(): number[] {
    return [1, 2, 3].map(() => this.#random.below(6));
  }

  #vectors(): string {
    const count = this.type === 'JSON' && this.#random.chance(0.3) ? 2 + this.#random.below(3) : 1;
    return Array.from({ length: count }, () => this.#vector().join(',')).join(';');
  }

  #key(): string {
    return `${this.#random.pick(['d:', 'd:', 'd:', 'e:'])}${this.#random.below(25)}`;
  }

  #query(): void {
    this.#near = this.#vector();
    this.#around = this.#area();
    const { text, holds } = this.#condition(2);
    const matching = [...this.#keys].filter(([key, { fields }]) => this.#isIndexed(key, fields) && holds(fields));
    if (this.#random.chance(0.3)) this.#queryNearest(text, matching);
    else this.#queryAll(text, matching);
  }

  #parameters(): Argument[] {
    return ['PARAMS', 4, 'q', vectorBytes(this.#near), 'around', wktOf(this.#around)];
  }

  #search(text: string): string[] {
    this.log.push(`? ${text} near ${this.#near.join(',')} around ${this.#around.join(',')}`);
    const reply = this.#client.call('FT.SEARCH', 'idx', text, ...this.#parameters(), 'NOCONTENT', 'LIMIT', 0, 1000);
    if (!Array.isArray(reply)) throw new Error(`answered ${JSON.stringify(reply)}`);
    return reply.map(String);
  }

  #queryAll(text: string, matching: readonly [string, Model][]): void {
    const [total, ...found] = this.#search(text);
    expect(found.sort()).toEqual(matching.map(([key]) => key).sort());
    expect(total).toBe(String(matching.length));
  }

  /** Who is among equally near ones does not matter: the distances do, and that all of them match. */
  #queryNearest(text: string, matching: readonly [string, Model][]): void {
    const k = 1 + this.#random.below(12);
    const distances = new Map<string, number>();
    for (const [key, { fields }] of matching) {
      const vectors = vectorsOf(fields.get('v'));
      if (vectors !== undefined) distances.set(key, leastDistance(vectors, this.#near));
    }
    const [total, ...found] = this.#search(`(${text})=>[KNN ${k} @v $q]`);
    const expected = [...distances.values()].sort((a, b) => a - b).slice(0, k);
    expect(found.map((key) => distances.get(key))).toEqual(expected);
    expect(new Set(found).size).toBe(found.length);
    expect(total).toBe(String(expected.length));
  }

  /** Groups, and the greatest numbers, of what a condition finds; reckoned here from the hashes as they were written. */
  #aggregate(): void {
    const { text, holds } = this.#condition(1);
    const found = [...this.#keys].filter(([key, { fields }]) => this.#isIndexed(key, fields) && holds(fields));
    const rowsOf = (...steps: Argument[]): string[] => {
      this.log.push(`? ${text} ${steps.join(' ')}`);
      const reply = this.#client.call('FT.AGGREGATE', 'idx', text, ...this.#parameters(), ...steps);
      if (!Array.isArray(reply)) throw new Error(`answered ${JSON.stringify(reply)}`);
      return reply.slice(1).map((row) => JSON.stringify(row));
    };
    const groups = new Map<string | null, number[]>();
    for (const [, { fields }] of found) {
      const tag = this.#shownTag(fields.get('tag'));
      groups.set(tag, [...(groups.get(tag) ?? []), fields.has('n') ? Number(fields.get('n')) : Number.NaN]);
    }
    const expected = Array.from(groups, ([tag, all]) => {
      const numbers = all.filter((n) => !Number.isNaN(n));
      const sum = numbers.length === 0 ? 'nan' : String(numbers.reduce((a, b) => a + b, 0));
      const greatest = numbers.length === 0 ? 'nan' : String(Math.max(...numbers));
      return JSON.stringify(['tag', tag, 'rows', String(all.length), 'sum', sum, 'greatest', greatest]);
    });
    const reduce = ['REDUCE', 'COUNT', 0, 'AS', 'rows', 'REDUCE', 'SUM', 1, '@n', 'AS', 'sum'];
    const rows = rowsOf('GROUPBY', 1, '@tag', ...reduce, 'REDUCE', 'MAX', 1, '@n', 'AS', 'greatest');
    expect(rows.sort()).toEqual(expected.sort());
    const doubled = found.flatMap(([, { fields }]) => (Number(fields.get('n')) > 3 ? Number(fields.get('n')) * 2 : []));
    const first = doubled.sort((a, b) => b - a).slice(0, 3);
    const sorted = rowsOf('APPLY', '@n * 2', 'AS', 'm', 'FILTER', '@n > 3', 'SORTBY', 2, '@m', 'DESC', 'MAX', 3);
    expect(sorted).toEqual(first.map((m) => JSON.stringify(['n', String(m / 2), 'm', String(m)])));
  }

  /** An array of a JSON document is a group by its text. */
  #shownTag(tag: string | undefined): string | null {
    const value = tag === undefined || this.type === 'HASH' ? tag : jsonValue('tag', tag);
    if (value === undefined) return null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  #isIndexed(key: string, fields: ReadonlyMap<string, string>): boolean {
    const isValid = fields.get('n') !== 'many' && fields.get('v') !== badVector;
    const isPlaced = fields.get('place') !== 'here' && areaOf(fields.get('area')) !== 'bad';
    return key.startsWith('d:') && isValid && (isPlaced || !this.#isAltered);
  }

  #condition(depth: number): Condition {
    const random = this.#random;
    if (depth === 0 || random.chance(0.3)) return this.#leaf();
    const [a, b] = [this.#condition(depth - 1), this.#condition(depth - 1)];
    switch (random.below(4)) {
      case 0:
        return { text: `(${a.text} ${b.text})`, holds: (fields) => a.holds(fields) && b.holds(fields) };
      case 1:
        return { text: `(${a.text} | ${b.text})`, holds: (fields) => a.holds(fields) || b.holds(fields) };
      case 2:
        return { text: `(-${a.text})`, holds: (fields) => !a.holds(fields) };
      default:
        return { text: `(~${a.text} ${b.text})`, holds: b.holds };
    }
  }

  #leaf(): Condition {
    const leaves = [this.#tag, this.#range, this.#word, this.#affix, this.#phrase, this.#vectorRange];
    return this.#random
      .pick(this.#isAltered ? [...leaves, this.#body, this.#nearby, this.#related] : leaves)
      .call(this);
  }

  #tag(): Condition {
    const random = this.#random;
    const [a, b] = [random.pick(tags), random.pick(tags)];
    const valuesOf = (fields: ReadonlyMap<string, string>): string[] => (fields.get('tag') ?? '').split(/\s*,\s*/);
    switch (random.below(3)) {
      case 0:
        return { text: 'ismissing(@tag)', holds: (fields) => !fields.has('tag') };
      case 1:
        return { text: '@tag:{gre*}', holds: (fields) => valuesOf(fields).some((value) => value.startsWith('gre')) };
      default:
        return { text: `@tag:{${a}|${b}}`, holds: (fields) => valuesOf(fields).some((v) => v === a || v === b) };
    }
  }

  #range(): Condition {
    const [low, high] = [this.#random.below(20), this.#random.below(20)];
    return {
      text: `@n:[(${low} ${high}]`,
      holds: (fields) => fields.has('n') && Number(fields.get('n')) > low && Number(fields.get('n')) <= high,
    };
  }

  /** A word in any field. Its stem is looked for where any field has stems, and stands for longer words in those that do. */
  #word(): Condition {
    const word = this.#random.pick(vocabulary.filter((other) => other !== 'the'));
    const isAltered = this.#isAltered;
    return {
      text: word,
      holds: (fields) =>
        wordsOf(fields.get('title')).some((other) => other === word || (isAltered && other === stemOf(word))) ||
        (isAltered && wordsOf(fields.get('body')).some((other) => isAlike(other, word))),
    };
  }

  #affix(): Condition {
    const titles = (fields: ReadonlyMap<string, string>): string[] => wordsOf(fields.get('title'));
    const conditions: Condition[] = [
      { text: '@title:ca*', holds: (fields) => titles(fields).some((word) => word.startsWith('ca')) },
      { text: '@title:*un*', holds: (fields) => titles(fields).some((word) => word.includes('un')) },
      { text: '@title:*s', holds: (fields) => titles(fields).some((word) => word.endsWith('s')) },
      { text: "@title:w'?i*d'", holds: (fields) => titles(fields).includes('bird') },
      { text: '@title:%dig%', holds: (fields) => titles(fields).includes('dog') },
      { text: '@title:%runn%', holds: (fields) => titles(fields).some((word) => word === 'run' || word === 'runs') },
    ];
    return this.#random.pick(conditions);
  }

  #phrase(): Condition {
    const words = vocabulary.filter((other) => other !== 'the');
    const [a, b] = [this.#random.pick(words), this.#random.pick(words)];
    return {
      text: `@title:"${a} the ${b}"`,
      holds: (fields) => wordsOf(fields.get('title')).some((word, at, all) => word === a && all[at + 1] === b),
    };
  }

  #body(): Condition {
    const word = this.#random.pick(vocabulary.filter((other) => other !== 'the'));
    if (this.#random.chance(0.3)) {
      return {
        text: `@body:${word}=>{$phonetic: false}`,
        holds: (fields) => wordsOf(fields.get('body')).some((other) => stemOf(other) === stemOf(word)),
      };
    }
    return this.#random.chance(0.3)
      ? { text: '@body:*ts', holds: (fields) => wordsOf(fields.get('body')).some((other) => other.endsWith('ts')) }
      : {
          text: `@body:${word}`,
          holds: (fields) => wordsOf(fields.get('body')).some((other) => isAlike(other, word)),
        };
  }

  #vectorRange(): Condition {
    const [near, radius] = [this.#near, this.#random.below(40)];
    return {
      text: `@v:[VECTOR_RANGE ${radius} $q]`,
      holds: (fields) => {
        const vectors = vectorsOf(fields.get('v'));
        return vectors !== undefined && leastDistance(vectors, near) <= radius;
      },
    };
  }

  /** A point, or a rectangle. */
  #area(): Area {
    const random = this.#random;
    const [x, y] = [random.below(12), random.below(12)];
    return random.chance(0.3) ? [x, y, x, y] : [x, y, x + 1 + random.below(8), y + 1 + random.below(8)];
  }

  #related(): Condition {
    const around = this.#around;
    const relation = this.#random.pick(['within', 'contains', 'intersects', 'disjoint']);
    return {
      text: `@area:[${relation} $around]`,
      holds: (fields) => {
        const area = areaOf(fields.get('area'));
        return area !== undefined && area !== 'bad' && isRelated(relation, area, around);
      },
    };
  }

  #nearby(): Condition {
    const [lon, lat, km] = [
      this.#random.below(360) - 180,
      this.#random.below(170) - 85,
      500 + this.#random.below(9000),
    ];
    return {
      text: `@place:[${lon} ${lat} ${km} km]`,
      holds: (fields) => {
        const [otherLon, otherLat] = (fields.get('place') ?? '').split(',').map(Number);
        if (otherLon === undefined || otherLat === undefined) return false;
        return kilometres(lon, lat, otherLon, otherLat) <= km;
      },
    };
  }
}

type Area = readonly [x0: number, y0: number, x1: number, y1: number];

function wktOf([x0, y0, x1, y1]: Area): string {
  if (x0 === x1) return `POINT (${x0} ${y0})`;
  return `POLYGON ((${x0} ${y0}, ${x0} ${y1}, ${x1} ${y1}, ${x1} ${y0}, ${x0} ${y0}))`;
}

/** The other way round. */
function areaOf(wkt: string | undefined): Area | 'bad' | undefined {
  if (wkt === undefined) return undefined;
  const numbers = [...wkt.matchAll(/\d+/g)].map(Number);
  const [x0 = 0, y0 = 0, , , x1 = x0, y1 = y0] = numbers;
  return numbers.length === 4 ? 'bad' : [x0, y0, x1, y1];
}

function isRelated(relation: string, a: Area, b: Area): boolean {
  switch (relation) {
    case 'within':
      return isWithin(a, b);
    case 'contains':
      return isWithin(b, a);
    default:
      return (a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]) === (relation === 'intersects');
  }
}

/** A point on the border of a rectangle is not within it. */
function isWithin(a: Area, b: Area): boolean {
  if (a[0] === a[2] && b[0] < b[2]) return b[0] < a[0] && a[0] < b[2] && b[1] < a[1] && a[1] < b[3];
  return b[0] <= a[0] && a[2] <= b[2] && b[1] <= a[1] && a[3] <= b[3];
}

function hashValue(name: string, value: string): Argument {
  return name === 'v' ? vectorBytes(vectorsOf(value)?.[0] ?? []) : value;
}

/** JSON has values of several tags as a list, and no separator in them. */
function jsonValue(name: string, value: string): unknown {
  if (name === 'v') return value.includes(';') ? vectorsOf(value) : vectorsOf(value)?.[0];
  if (name === 'n') return value === 'many' ? value : Number(value);
  return name === 'tag' && value.includes(',') ? value.split(', ') : value;
}

/** By the law of cosines, which is another formula than the server's. */
function kilometres(lonA: number, latA: number, lonB: number, latB: number): number {
  const [a, b, c] = [latA, latB, lonA - lonB].map((degrees) => (degrees * Math.PI) / 180);
  if (a === undefined || b === undefined || c === undefined) return 0;
  const cosine = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(c);
  return 6372.797560856 * Math.acos(Math.min(1, Math.max(-1, cosine)));
}

test.each(runs)(
  'searches find what reading every document finds, with seed %i, in %s, vectors by %s',
  (seed, type, engine) => {
    const fuzz = new SearchFuzz(seed, type, engine);
    try {
      for (let step = 0; step < operations / runs.length; step++) fuzz.step();
      fuzz.finish();
    } catch (failure) {
      throw new Error(`seed ${seed}, after:\n${fuzz.log.slice(-40).join('\n')}`, { cause: failure });
    }
  },
  600_000,
);
