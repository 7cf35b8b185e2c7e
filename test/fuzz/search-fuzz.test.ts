/**
 * Random writes, lifetimes, renames and changes of indexes, and after each of them a random query: what FT.SEARCH finds
 * must be what reading every document finds. The model keeps its own keyspace and shares no code with the server; queries
 * reach the server as text.
 *
 *     NEARKEY_SEARCH_FUZZ=200000 npm test -- search-fuzz      more operations than the usual ones
 */
import { type Argument, type InProcess, type InProcessClient, startInProcess } from '../support/in-process.js';
import { SeededRandom } from './seeded-random.js';

const operations = Number(process.env.NEARKEY_SEARCH_FUZZ ?? 20_000);
const seeds = [1, 2, 3, 4];

const vocabulary = ['run', 'runs', 'running', 'cats', 'cat', 'dog', 'bird', 'the', 'birds'];
const stems: Readonly<Record<string, string>> = { runs: 'run', running: 'run', cats: 'cat', birds: 'bird' };
const stemOf = (word: string): string => stems[word] ?? word;
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
const firstFields = 'title TEXT NOSTEM tag TAG INDEXMISSING n NUMERIC'.split(' ');
const moreFields = 'body TEXT WITHSUFFIXTRIE place GEO'.split(' ');

const wordsOf = (text: string | undefined): string[] =>
  (text ?? '')
    .toLowerCase()
    .match(/[a-z]+/g)
    ?.filter((word) => word !== 'the') ?? [];

class SearchFuzz {
  readonly #random: SeededRandom;
  readonly #process: InProcess = startInProcess();
  readonly #client: InProcessClient = this.#process.connect();
  readonly #keys = new Map<string, Model>();
  #nowMs = 0;
  #hasIndex = false;
  #isAltered = false;
  readonly log: string[] = [];

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  step(): void {
    const random = this.#random;
    if (!this.#hasIndex || random.chance(0.004)) this.#changeIndex();
    else if (random.chance(0.05)) this.#wait();
    else this.#write();
    this.#query();
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
      this.#send('FT.ALTER', 'idx', 'SCHEMA', 'ADD', ...moreFields);
      this.#isAltered = true;
    } else {
      if (this.#hasIndex) this.#send('FT.DROPINDEX', 'idx');
      this.#send('FT.CREATE', 'idx', 'PREFIX', 1, 'd:', 'SCHEMA', ...firstFields);
      this.#hasIndex = true;
      this.#isAltered = false;
    }
    this.#process.scheduler.runAll();
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
        const field = random.pick(['title', 'tag', 'n', 'body', 'place']);
        this.#send('HDEL', key, field);
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
    ];
    const chosen = all.filter(() => random.chance(0.5));
    const pairs = chosen.length === 0 ? all : chosen;
    this.#send('HSET', key, ...pairs.flat());
    const kept = model ?? { fields: new Map<string, string>(), expiresAtMs: Number.POSITIVE_INFINITY };
    for (const [field, value] of pairs) kept.fields.set(field, value);
    this.#keys.set(key, kept);
  }

  #key(): string {
    return `${this.#random.pick(['d:', 'd:', 'd:', 'e:'])}${this.#random.below(25)}`;
  }

  #query(): void {
    const { text, holds } = this.#condition(2);
    this.log.push(`? ${text}`);
    const reply = this.#client.call('FT.SEARCH', 'idx', text, 'NOCONTENT', 'LIMIT', 0, 1000);
    if (!Array.isArray(reply)) throw new Error(`answered ${JSON.stringify(reply)}`);
    const [total, ...found] = reply.map(String);
    const expected = [...this.#keys].filter(([key, { fields }]) => this.#isIndexed(key, fields) && holds(fields));
    expect(found.sort()).toEqual(expected.map(([key]) => key).sort());
    expect(total).toBe(String(expected.length));
  }

  #isIndexed(key: string, fields: ReadonlyMap<string, string>): boolean {
    return key.startsWith('d:') && fields.get('n') !== 'many' && !(this.#isAltered && fields.get('place') === 'here');
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
    const leaves = [this.#tag, this.#range, this.#word, this.#affix, this.#phrase];
    return this.#random.pick(this.#isAltered ? [...leaves, this.#body, this.#near] : leaves).call(this);
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
        (isAltered && wordsOf(fields.get('body')).some((other) => stemOf(other) === stemOf(word))),
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
    return this.#random.chance(0.3)
      ? { text: '@body:*ts', holds: (fields) => wordsOf(fields.get('body')).some((other) => other.endsWith('ts')) }
      : {
          text: `@body:${word}`,
          holds: (fields) => wordsOf(fields.get('body')).some((other) => stemOf(other) === stemOf(word)),
        };
  }

  #near(): Condition {
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

/** By the law of cosines, which is another formula than the server's. */
function kilometres(lonA: number, latA: number, lonB: number, latB: number): number {
  const [a, b, c] = [latA, latB, lonA - lonB].map((degrees) => (degrees * Math.PI) / 180);
  if (a === undefined || b === undefined || c === undefined) return 0;
  const cosine = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(c);
  return 6372.797560856 * Math.acos(Math.min(1, Math.max(-1, cosine)));
}

test.each(seeds)(
  'searches find what reading every document finds, with seed %i',
  (seed) => {
    const fuzz = new SearchFuzz(seed);
    try {
      for (let step = 0; step < operations / seeds.length; step++) fuzz.step();
      fuzz.finish();
    } catch (failure) {
      throw new Error(`seed ${seed}, after:\n${fuzz.log.slice(-40).join('\n')}`, { cause: failure });
    }
  },
  600_000,
);
