import { systemPause } from '#sdk/pause.js';

test('comes back', async () => {
  await expect(systemPause(0)).resolves.toBeUndefined();
});
