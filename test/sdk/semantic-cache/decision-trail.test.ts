import type { DecisionRecord } from '#sdk/semantic-cache/decision-record.js';
import {
  DecisionTrail,
  LookupNames,
  momentOf,
  parseTrailRecord,
  RECORDS_WAITING_MAX,
  type TrailRecord,
} from '#sdk/semantic-cache/decision-trail.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';

const key = 'trail';
const process = 'a'.repeat(12);
const decision: DecisionRecord = {
  scope: { digest: 'd'.repeat(32) },
  exact: 'e'.repeat(32),
  embedderId: 'words-1',
  tiers: ['exact', 'semantic'],
  minSimilarity: null,
  maxErrorRate: 0.01,
  boundary: null,
  candidates: [],
  outcome: { status: 'miss', reason: 'no-candidate' },
};
const lookupOf = (lookupId: string): TrailRecord => ({ kind: 'lookup', lookupId, atMs: 7, process, decision });
const label: TrailRecord = { kind: 'label', atMs: 8, process, source: 'vote', isRight: false };
const range = { count: 10, order: 'oldest-first' as const };

function trailOf(options: { length?: number; commander?: ScriptedCommander } = {}) {
  const inProcess = startInProcess();
  const commander = options.commander ?? inProcess.server.commander;
  const trail = new DecisionTrail({ commander, key, length: options.length ?? 10_000, keepsPrompts: false });
  return { trail, commander, inProcess };
}

describe('a trail', () => {
  test('gives back what was noted, in order, page by page, from either end', async () => {
    const { trail } = trailOf();
    const records = Array.from({ length: 150 }, (_, i) => lookupOf(String(i).padStart(32, '0')));
    for (const record of records) trail.note(record);
    const read: TrailRecord[] = [];
    let after: string | undefined;
    do {
      const page = await trail.read({ after, count: 40, order: 'oldest-first' });
      read.push(...page.entries.map(({ record }) => record));
      after = page.next;
    } while (after !== undefined);
    expect(read).toEqual(records);
    const newest = await trail.read({ count: 2, order: 'newest-first' });
    expect(newest.entries.map(({ record }) => record)).toEqual([records[149], records[148]]);
    const older = await trail.read({ after: newest.next, count: 1, order: 'newest-first' });
    expect(older.entries[0]?.record).toEqual(records[147]);
  });

  test('keeps about as many as it may', async () => {
    const { trail, commander } = trailOf({ length: 100 });
    for (let i = 0; i < 1_000; i++) trail.note(label);
    await trail.settled();
    expect(await commander.call('XLEN', key)).toBeLessThanOrEqual(300);
  });

  test('keeps nothing when it has no length', async () => {
    const commander = new ScriptedCommander(() => new Error('not to be asked'));
    const { trail } = trailOf({ length: 0, commander });
    trail.note(label);
    await trail.settled();
    expect([trail.isKept, commander.calls.length]).toEqual([false, 0]);
  });

  test('waits for a store that is ill, in order, and gives up the oldest when there are too many', async () => {
    let isIll = true;
    const written: string[] = [];
    const commander = new ScriptedCommander((command, args) => {
      if (isIll) return new Error('Connection is closed.');
      if (command === 'XADD') written.push(String(args.at(-1)));
      return '1-1';
    });
    const { trail } = trailOf({ commander });
    for (let i = 0; i < RECORDS_WAITING_MAX + 3; i++) trail.note(lookupOf(String(i).padStart(32, '0')));
    await trail.settled();
    expect(trail.givenUp).toBe(3);
    isIll = false;
    await trail.settled();
    expect(written.length).toBe(RECORDS_WAITING_MAX);
    expect(written.map((text) => JSON.parse(text).lookupId)).toEqual(
      [...written.keys()].map((i) => String(i + 3).padStart(32, '0')),
    );
  });

  test('finds a lookup by its id, and no other', async () => {
    const { trail, inProcess } = trailOf();
    const names = new LookupNames(process);
    const ids = Array.from({ length: 5 }, () => names.next(inProcess.clock.nowMs()));
    for (const id of ids) trail.note(lookupOf(id));
    expect(await trail.find(ids[3] ?? '')).toEqual(lookupOf(ids[3] ?? ''));
    expect(await trail.find(names.next(inProcess.clock.nowMs()))).toBeUndefined();
    expect(await trail.find(names.next(inProcess.clock.nowMs() + 3_600_000))).toBeUndefined();
  });

  test('passes over what is no record of this version', async () => {
    const { trail, commander } = trailOf();
    await commander.call('XADD', key, '*', 'record', '{"kind":"lookup"}');
    await commander.call('XADD', key, '*', 'other', 'x');
    trail.note(label);
    expect((await trail.read(range)).entries.map(({ record }) => record)).toEqual([label]);
    expect(parseTrailRecord('not JSON')).toBeUndefined();
  });

  test('says so when it cannot be read', async () => {
    const { trail } = trailOf({ commander: new ScriptedCommander(() => new Error('Connection is closed.')) });
    await expect(trail.read(range)).rejects.toMatchObject({ code: 'store-unavailable' });
  });
});

test('lookups have names of 32 hex digits that tell their moment, and no two the same', () => {
  const names = new LookupNames(process);
  const ids = Array.from({ length: 100 }, () => names.next(1_700_000_000_000));
  expect(new Set(ids).size).toBe(100);
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id) && momentOf(id) === 1_700_000_000_000)).toBe(true);
});
