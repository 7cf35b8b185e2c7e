import { z } from 'zod';
import { Sessions } from '#sdk/patterns/sessions.js';
import { startInProcess } from '../../support/in-process.js';

test('a session lives on as long as it is used, and ends when it is not', async () => {
  const { server, clock } = startInProcess();
  const sessions = new Sessions({ commander: server.commander, ttlMs: 1_000, read: (json) => z.number().parse(json) });
  const id = await sessions.create(7);
  for (let use = 0; use < 3; use++) {
    clock.advance(900);
    expect(await sessions.get(id)).toBe(7);
  }
  clock.advance(1_001);
  expect(await sessions.get(id)).toBeUndefined();
  expect(await sessions.create(8)).not.toBe(id);
});
