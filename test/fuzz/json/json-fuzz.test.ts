/**
 * Random JSON commands on random documents, compared with a plain model: every reply, the document after every command,
 * and that its bytes are well formed. Run with `NEARKEY_FUZZ_SEED=<n>` to repeat a run.
 */
import { ByteSlice } from '#server/base/byte-slice.js';
import { JsonValue } from '#server/types/json.js';
import {
  ErrorReply,
  type InProcess,
  type InProcessClient,
  type Reply,
  startInProcess,
} from '../../support/in-process.js';
import { SeededRandom } from '../seeded-random.js';
import { pathText, randomPlain, randomSteps } from './json-generator.js';
import {
  clonePlain,
  evaluate,
  type Location,
  merged,
  type Plain,
  PlainNumber,
  type PlainStep,
  plainText,
  plainType,
  same,
  valueAt,
} from './plain-json.js';

const seed = Number(process.env.NEARKEY_FUZZ_SEED ?? 20_261);
const COMMANDS = 4_000;

/** What the model answers and makes of the document; undefined removes it. */
interface Outcome {
  readonly reply: Reply;
  readonly document: Plain | undefined;
}

interface Round {
  readonly random: SeededRandom;
  readonly document: Plain;
  readonly steps: readonly PlainStep[];
  readonly path: string;
  readonly found: readonly Location[];
}

type Command = (round: Round) => { args: readonly string[]; outcome: Outcome };

/** Locations in the order of the document, the last first, as the server changes them. */
function fromEnd(document: Plain, locations: readonly Location[]): Location[] {
  const ranks = new Map(
    evaluate(document, [{ type: 'descend' }]).map((location, rank) => [JSON.stringify(location), rank]),
  );
  const rank = (location: Location): number => ranks.get(JSON.stringify(location)) ?? -1;
  return [...locations].sort((a, b) => rank(b) - rank(a));
}

/** Each once, and none inside another. */
function outermost(locations: readonly Location[]): Location[] {
  const texts = locations.map((location) => JSON.stringify(location));
  return locations.filter(
    (location, i) =>
      texts.indexOf(texts[i] ?? '') === i &&
      !location.some((_step, length) => texts.includes(JSON.stringify(location.slice(0, length)))),
  );
}

function put(root: Plain, location: Location, value: Plain | undefined): Plain {
  const last = location.at(-1);
  if (last === undefined) return value ?? null;
  const parent = valueAt(root, location.slice(0, -1));
  if (Array.isArray(parent) && typeof last === 'number') {
    if (value === undefined) parent.splice(last, 1);
    else parent[last] = value;
  } else if (parent instanceof Map && typeof last === 'string') {
    if (value === undefined) parent.delete(last);
    else parent.set(last, value);
  }
  return root;
}

/** A command that changes every value of a kind and answers a number for each. */
function changing(
  name: string,
  args: readonly string[],
  { document, path, found }: Round,
  change: (value: Plain) => { value: Plain; reply: Reply } | undefined,
): { args: readonly string[]; outcome: Outcome } {
  let result = clonePlain(document);
  const replies = new Map<Location, Reply>();
  for (const location of fromEnd(document, found)) {
    const changed = change(valueAt(result, location) ?? null);
    if (changed !== undefined) result = put(result, location, changed.value);
    replies.set(location, changed?.reply ?? null);
  }
  const reply = found.map((location) => replies.get(location) ?? null);
  return { args: [name, 'doc', path, ...args], outcome: { reply, document: result } };
}

const isStatic = (steps: readonly PlainStep[]): boolean =>
  steps.every(
    (step) =>
      (step.type === 'keys' && step.keys.length === 1) || (step.type === 'indexes' && step.indexes.length === 1),
  );

function settingAt({ document, steps, found }: Round, value: Plain): Outcome {
  let result = clonePlain(document);
  if (found.length > 0) {
    for (const location of outermost(found)) result = put(result, location, clonePlain(value));
    return { reply: 'OK', document: result };
  }
  if (!isStatic(steps)) return { reply: new ErrorReply('Err wrong static path'), document };
  const last = steps.at(-1);
  if (last?.type !== 'keys') return { reply: new ErrorReply('ERR array index out of range'), document };
  const [parent] = evaluate(document, steps.slice(0, -1));
  const object = parent === undefined ? undefined : valueAt(result, parent);
  if (!(object instanceof Map)) return { reply: null, document };
  object.set(last.keys[0] ?? '', clonePlain(value));
  return { reply: 'OK', document: result };
}

const commands: readonly Command[] = [
  ({ document, path, found }) => ({
    args: ['JSON.GET', 'doc', path],
    outcome: { reply: `[${found.map((at) => plainText(valueAt(document, at) ?? null)).join(',')}]`, document },
  }),
  ({ document, path, found }) => ({
    args: ['JSON.TYPE', 'doc', path],
    outcome: { reply: found.map((at) => plainType(valueAt(document, at) ?? null)), document },
  }),
  (round) => {
    const value = randomPlain(round.random, 2);
    return { args: ['JSON.SET', 'doc', round.path, plainText(value)], outcome: settingAt(round, value) };
  },
  (round) => {
    const gone = outermost(round.found);
    let document: Plain | undefined = clonePlain(round.document);
    for (const location of fromEnd(round.document, gone)) document = put(document, location, undefined);
    const size = document instanceof Map ? document.size : Array.isArray(document) ? document.length : 1;
    const isGone = gone.length > 0 && (size === 0 || gone[0]?.length === 0);
    return {
      args: ['JSON.DEL', 'doc', round.path],
      outcome: { reply: gone.length, document: isGone ? undefined : document },
    };
  },
  (round) => {
    const patch = randomPlain(round.random, 3);
    const args = ['JSON.MERGE', 'doc', round.path, plainText(patch)];
    if (round.found.length === 0) return { args, outcome: settingAt(round, patch) };
    const { outcome } = changing('', [], round, (value) => ({ value: merged(value, patch), reply: null }));
    return { args, outcome: { reply: 'OK', document: outcome.document } };
  },
  (round) => {
    const clearable = round.found.filter((at) => isClearable(valueAt(round.document, at) ?? null));
    let document = clonePlain(round.document);
    for (const at of outermost(clearable)) document = put(document, at, emptied(valueAt(document, at) ?? null));
    return { args: ['JSON.CLEAR', 'doc', round.path], outcome: { reply: outermost(clearable).length, document } };
  },
  (round) => {
    const values = round.random.times(round.random.between(1, 3), () => randomPlain(round.random, 1));
    return changing('JSON.ARRAPPEND', values.map(plainText), round, (value) =>
      Array.isArray(value)
        ? { value: [...value, ...values.map(clonePlain)], reply: value.length + values.length }
        : undefined,
    );
  },
  (round) => {
    const value = randomPlain(round.random, 1);
    return changing('JSON.ARRINSERT', ['0', plainText(value)], round, (array) =>
      Array.isArray(array) ? { value: [clonePlain(value), ...array], reply: array.length + 1 } : undefined,
    );
  },
  (round) => {
    const index = round.random.between(-3, 3);
    return changing('JSON.ARRPOP', [String(index)], round, (array) => {
      if (!Array.isArray(array) || array.length === 0) return undefined;
      const at = index < 0 ? Math.max(0, index + array.length) : Math.min(index, array.length - 1);
      return { value: array.filter((_element, i) => i !== at), reply: plainText(array[at] ?? null) };
    });
  },
  (round) => {
    const [start, stop] = [round.random.between(-4, 4), round.random.between(-4, 4)];
    return changing('JSON.ARRTRIM', [String(start), String(stop)], round, (array) => {
      if (!Array.isArray(array)) return undefined;
      const last = stop < 0 ? Math.max(0, stop + array.length) : stop;
      const kept = array.slice(start < 0 ? Math.max(0, start + array.length) : start, last + 1);
      return { value: kept, reply: kept.length };
    });
  },
  (round) =>
    changing('JSON.TOGGLE', [], round, (value) =>
      typeof value === 'boolean' ? { value: !value, reply: value ? 0 : 1 } : undefined,
    ),
  (round) =>
    changing('JSON.STRAPPEND', ['"-ä"'], round, (value) =>
      typeof value === 'string' ? { value: `${value}-ä`, reply: Buffer.byteLength(`${value}-ä`) } : undefined,
    ),
  (round) => {
    const by = round.random.pick([1, -7, 300, 100_000]);
    const { args, outcome } = changing('JSON.NUMINCRBY', [String(by)], round, () => undefined);
    let document = clonePlain(round.document);
    const replies = round.found.map((location) => {
      const value = valueAt(document, location) ?? null;
      if (!(value instanceof PlainNumber)) return null;
      const sum = new PlainNumber(Number(value.value) + by, value.isDouble);
      document = put(document, location, sum);
      return sum;
    });
    return { args, outcome: { ...outcome, reply: plainText(replies), document } };
  },
  ({ random, document, path, found }) => {
    const element = randomPlain(random, 0);
    const replies = found.map((location) => {
      const array = valueAt(document, location);
      return Array.isArray(array) ? array.findIndex((other) => same(element, other, true)) : null;
    });
    return { args: ['JSON.ARRINDEX', 'doc', path, plainText(element)], outcome: { reply: replies, document } };
  },
];

function isClearable(value: Plain): boolean {
  if (value instanceof PlainNumber) return Number(value.value) !== 0;
  return Array.isArray(value) ? value.length > 0 : value instanceof Map && value.size > 0;
}

function emptied(value: Plain): Plain {
  if (value instanceof PlainNumber) return new PlainNumber(0, false);
  return Array.isArray(value) ? [] : new Map();
}

/** Replies are read as latin1, and the model's texts are not. */
function inUtf8(reply: Reply): Reply {
  if (typeof reply === 'string') return Buffer.from(reply, 'latin1').toString('utf8');
  return Array.isArray(reply) ? reply.map(inUtf8) : reply;
}

function validateDocument(server: InProcess): void {
  server.server.facilities.keyspace.database(0).peek(JsonValue, ByteSlice.fromLatin1('doc'))?.validate();
}

function documentText(client: InProcessClient): Reply {
  return inUtf8(client.call('JSON.GET', 'doc'));
}

test(`random JSON commands do what a plain model does (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const server = startInProcess();
  const client = server.connect();
  let document: Plain = null;
  let isThere = false;
  for (let i = 0; i < COMMANDS; i++) {
    if (!isThere || random.chance(0.05)) {
      document = randomPlain(random, 5);
      expect(client.call('JSON.SET', 'doc', '$', plainText(document))).toBe('OK');
      isThere = true;
    }
    const steps = randomSteps(random);
    const path = pathText(random, steps);
    const found = evaluate(document, steps);
    const { args, outcome } = random.pick(commands)({ random, document, steps, path, found });
    const reply = inUtf8(client.call(...args));
    const after = documentText(client);
    const expected = outcome.document === undefined ? null : plainText(outcome.document);
    if (JSON.stringify([reply, after]) !== JSON.stringify([outcome.reply, expected])) {
      expect({ command: args, before: plainText(document), reply, after }).toEqual({
        command: args,
        before: plainText(document),
        reply: outcome.reply,
        after: expected,
      });
    }
    validateDocument(server);
    isThere = outcome.document !== undefined;
    document = outcome.document ?? null;
  }
  server.server.facilities.keyspace.database(0).validate();
});
