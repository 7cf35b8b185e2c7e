/** What is done because of a command before its reply leaves. */
import { commandDone } from '#server/commands/execution/command-done.js';
import { startInProcess } from '../../../support/in-process.js';

test('what was noted is worked off first, then whoever waits is served', () => {
  const { facilities } = startInProcess().server;
  const steps: string[] = [];
  facilities.keyspace.events.subscribe({ commandDone: () => steps.push('noted') });
  commandDone(facilities);
  expect(steps).toEqual(['noted']);
  const served = {
    ...facilities,
    blocked: Object.create(facilities.blocked, {
      hasReady: { value: true },
      serve: { value: () => steps.push('served') },
    }),
  };
  commandDone(served);
  expect(steps).toEqual(['noted', 'noted', 'served']);
});
