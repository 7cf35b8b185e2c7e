import { nobody } from '#server/gateway/llm/client-reply.js';

test('nobody takes everything and never goes', async () => {
  let hasGone = false;
  nobody.onGone(() => {
    hasGone = true;
  });
  nobody.start(200, {});
  await nobody.write(new Uint8Array(1));
  nobody.end();
  nobody.abort();
  expect([nobody.isOpen, nobody.hasBegun, hasGone]).toEqual([true, false, false]);
});
