import { Deadline } from '#index/deadline.js';
import { DocumentTable } from '#index/document-table.js';
import type { Filter } from '#index/filter.js';
import { gatheredMax, scan, scanList } from '#index/scan.js';
import { atOnce } from '#index/sliced.js';

const even = (documents: number, changes: Partial<Filter> = {}): Filter => ({
  matchesMax: documents,
  approximate: false,
  test: (id) => id % 2 === 0,
  forEach: (visit) => {
    for (let id = 0; id < documents; id += 2) visit(id);
  },
  ...changes,
});

function setUp(count: number) {
  const documents = new DocumentTable();
  for (let at = 0; at < count; at++) documents.assign(`d${at}`);
  const state = { documents, changes: 0 };
  const visited: number[] = [];
  const job = {
    documents,
    deadline: () => new Deadline(undefined),
    now: () => state,
    visit: (id: number): void => void visited.push(id),
    isEnough: () => false,
  };
  return { documents, state, visited, job };
}

const withBits = (count: number): Partial<Filter> => ({
  bits: {
    set: (bits) => {
      for (let id = 0; id < count; id += 2) bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
    },
    steps: count / 2,
  },
});

test.each([
  ['gathered', 1000, {}],
  ['by bits', gatheredMax * 2, withBits(gatheredMax * 2)],
  ['by few bits', 5000, withBits(5000)],
  ['by test', gatheredMax * 2, {}],
  ['from a graph', gatheredMax * 2, { approximate: true }],
])('documents that pass are visited once: %s', (_name, count, changes) => {
  const { visited, job } = setUp(count);
  atOnce(scan({ ...job, filter: even(count, changes), isAll: false }));
  expect(visited.length).toBe(count / 2);
  expect(new Set(visited).size).toBe(count / 2);
  expect(visited.every((id) => id % 2 === 0)).toBe(true);
});

test('all documents are visited without being asked', () => {
  const { visited, job } = setUp(300);
  const filter = even(300, { test: () => false });
  atOnce(scan({ ...job, filter, isAll: true }));
  expect(visited.length).toBe(300);
});

test.each([
  ['gathered', 1000, {}],
  ['by bits', gatheredMax * 2, withBits(gatheredMax * 2)],
  ['by test', gatheredMax * 2, {}],
])('a document that has gone between two slices is not visited: %s', (_name, count, changes) => {
  const { documents, state, visited, job } = setUp(count);
  const work = scan({ ...job, filter: even(count, changes), isAll: false });
  work.next();
  documents.release(`d${count - 2}`);
  state.changes++;
  atOnce(work);
  expect(visited.length).toBe(count / 2 - 1);
});

test('an index that is emptied between two slices ends the scan', () => {
  const { state, job } = setUp(1000);
  const work = scan({ ...job, filter: even(1000), isAll: false });
  work.next();
  state.documents = new DocumentTable();
  expect(() => work.next()).toThrow('the index was dropped');
});

test('a scan ends when no more are wanted, or when its time is up', () => {
  const { visited, job } = setUp(1000);
  atOnce(scan({ ...job, filter: even(1000), isAll: true, isEnough: () => visited.length === 3 }));
  expect(visited).toEqual([0, 1, 2]);
  const late = { ...job, deadline: () => new Deadline(() => true) };
  expect(() => atOnce(scan({ ...late, filter: even(1000), isAll: true }))).toThrow('timeout');
});

test('a list is visited in its order', () => {
  const { visited, job } = setUp(10);
  atOnce(scanList({ ...job, filter: even(10) }, [7, 3, 5]));
  expect(visited).toEqual([7, 3, 5]);
});
