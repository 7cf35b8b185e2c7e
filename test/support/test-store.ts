/**
 * Where the suites of the SDK and the gateway keep their data: in a server of their own in this process or, when NEARKEY_TEST_STORE
 * names one (`redis://host:port`), in another server that implements FT.*, reached as `--store` reaches it. That server is emptied by
 * every suite, so it must be nobody else's, and suites run one after the other (`-w 1`). `.ci/with-store.mjs` starts a Nearkey for it.
 */
import type { Commander } from '@nearkey/sdk';
import { openRemoteStore } from '#server/remote-store.js';
import { startInProcess } from './in-process.js';

export interface TestStore {
  readonly commander: Commander;
  /** Resolves when no call is under way, nor follows one that was: what is stored after an answer has left is stored. */
  idle(): Promise<void>;
  close(): void;
}

const silence = (): undefined => undefined;
const logger = { notice: silence, warning: silence, error: silence };

/** Empty. */
export async function openTestStore(): Promise<TestStore> {
  const url = process.env.NEARKEY_TEST_STORE;
  if (url === undefined) {
    return { commander: startInProcess().server.commander, idle: async () => undefined, close: silence };
  }
  const { commander, close } = await openRemoteStore({ url, isCluster: false, logger });
  // A suite before this one may have left it without memory.
  await commander.call('CONFIG', 'SET', 'maxmemory', '0').catch(silence);
  await commander.call('FLUSHALL');
  return { ...watched(commander), close };
}

/** Looks at it again so often before it is believed to be idle. */
const QUIET_TURNS = 3;

function watched(commander: Commander): Pick<TestStore, 'commander' | 'idle'> {
  let underWay = 0;
  return {
    commander: {
      async call(command, ...args) {
        underWay++;
        try {
          return await commander.call(command, ...args);
        } finally {
          underWay--;
        }
      },
    },
    async idle() {
      for (let quiet = 0; quiet < QUIET_TURNS; quiet = underWay === 0 ? quiet + 1 : 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
