import { commanderContract } from '../contract/commander.js';
import { openNearkeyStore } from './nearkey-store.js';

commanderContract('an ioredis connection', async () => {
  const store = await openNearkeyStore();
  return { commander: store.commander, close: store.stop };
});
