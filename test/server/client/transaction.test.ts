import { Transaction, WatchList, watchName } from '#server/client/transaction.js';

test('a change of a watched key fails those who watch it and no others', () => {
  const list = new WatchList();
  const [a, b, c] = [new Transaction(list), new Transaction(list), new Transaction(list)];
  a.watch(watchName(0, 'k'));
  b.watch(watchName(0, 'k'));
  c.watch(watchName(1, 'k'));
  list.touch(watchName(0, 'k'));
  expect([a.watchFailed, b.watchFailed, c.watchFailed]).toEqual([true, true, false]);
});

test('a key is watched once per transaction, and by nobody when the last one lets go', () => {
  const list = new WatchList();
  const [a, b] = [new Transaction(list), new Transaction(list)];
  for (const transaction of [a, a, b]) transaction.watch('0:k');
  expect(list.names()).toEqual(['0:k']);
  a.unwatchAll();
  expect(list.interest.exists).toBe(true);
  b.unwatchAll();
  expect([list.interest.exists, list.names()]).toEqual([false, []]);
  list.touch('0:k');
  expect(a.watchFailed).toBe(false);
});

test('the end of a transaction leaves a new one', () => {
  const transaction = new Transaction(new WatchList());
  transaction.open = true;
  transaction.aborted = true;
  transaction.enqueue({ buffer: Buffer.alloc(10), words: new Int32Array(3) });
  transaction.enqueue({ buffer: Buffer.alloc(1), words: new Int32Array(3) });
  expect([transaction.queued.length, transaction.queuedBytes]).toEqual([2, 35]);
  transaction.watch('0:k');
  transaction.watchFailed = true;
  transaction.end();
  expect(transaction).toMatchObject({ open: false, aborted: false, watchFailed: false });
  expect([transaction.queued.length, transaction.queuedBytes, transaction.watched.size]).toEqual([0, 0, 0]);
});
