import type { KeySpec } from '#server/commands/command.js';
import { countedKeys, countedPairs, keysAt, noted } from '#server/commands/command.js';
import { writeKeySpec } from '#server/commands/key-spec-reply.js';
import { ReplyRecorder } from '#server/protocol/reply-recorder.js';

/** Maps as names and values in turn. */
function shown(spec: KeySpec | undefined): unknown {
  const recorder = new ReplyRecorder();
  if (spec !== undefined) writeKeySpec(recorder, spec);
  return recorder.take();
}

const index = (place: number): unknown => ['type', 'index', 'spec', ['index', place]];
const range = (last: number, step: number, limit: number): unknown => [
  ...['type', 'range', 'spec'],
  ['lastkey', last, 'keystep', step, 'limit', limit],
];

test('keys at fixed places are a range from an index on', () => {
  expect([...keysAt(2, -1, 2, 'RO'), ...keysAt(2, 3, 1)].map(shown)).toEqual([
    ['flags', ['RO'], 'begin_search', index(2), 'find_keys', range(-1, 2, 0)],
    ['flags', [], 'begin_search', index(2), 'find_keys', range(1, 1, 0)],
  ]);
});

test('keys behind their number are told by it', () => {
  const counted = (step: number): unknown => [
    ...['type', 'keynum', 'spec'],
    ['keynumidx', 0, 'firstkey', 1, 'keystep', step],
  ];
  expect([countedKeys(1), countedPairs(2)].map(shown)).toEqual([
    ['flags', [], 'begin_search', index(1), 'find_keys', counted(1)],
    ['flags', [], 'begin_search', index(2), 'find_keys', counted(2)],
  ]);
});

test('keys behind a word are looked for, and what nobody can describe is unknown, with a remark', () => {
  const nowhere = { first: 0, last: 0, step: 0, flags: [] };
  const search = { kind: 'keyword', keyword: 'STREAMS', startFrom: 1, last: -1, limit: 2 } as const;
  const behind = ['type', 'keyword', 'spec', ['keyword', 'STREAMS', 'startfrom', 1]];
  expect(shown({ ...nowhere, search })).toEqual(['flags', [], 'begin_search', behind, 'find_keys', range(-1, 1, 2)]);
  const [unknown] = noted('why', [{ ...nowhere, search: { kind: 'unknown' } }]);
  const said = ['type', 'unknown', 'spec', []];
  expect(shown(unknown)).toEqual(['notes', 'why', 'flags', [], 'begin_search', said, 'find_keys', said]);
});
