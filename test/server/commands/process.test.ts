import { type InProcess, startInProcess } from '../../support/in-process.js';

function stoppable(): { server: InProcess; stops: () => number } {
  const server = startInProcess();
  let stops = 0;
  server.server.facilities.shutDown = () => stops++;
  return { server, stops: () => stops };
}

test.each([[], ['NOSAVE'], ['NOW', 'FORCE'], ['SAVE', 'FORCE'], ['nosave', 'now']].map((options) => [options]))(
  'SHUTDOWN %j stops the process without an answer',
  (options) => {
    const { server, stops } = stoppable();
    const client = server.connect();
    expect(client.raw('SHUTDOWN', ...options).toString()).toBe('');
    expect([stops(), client.client.closing]).toEqual([1, true]);
  },
);

test('SHUTDOWN SAVE cannot save, and stops nothing; nor does ABORT', () => {
  const { server, stops } = stoppable();
  const client = server.connect();
  expect(client.error('SHUTDOWN', 'SAVE')).toBe('ERR Errors trying to SHUTDOWN. Check logs.');
  expect(client.error('SHUTDOWN', 'ABORT')).toBe('ERR No shutdown in progress.');
  expect([stops(), client.client.closing]).toEqual([0, false]);
});

test('LASTSAVE is the start of the server', () => {
  expect(startInProcess().connect().call('LASTSAVE')).toBe(1_700_000_000);
});
