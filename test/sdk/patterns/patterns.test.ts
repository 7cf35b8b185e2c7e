import { patternsContract } from '../../contract/patterns.js';
import { startInProcess } from '../../support/in-process.js';
import { openRedisCommander } from '../../support/redis-commander.js';
import { describeWith } from '../../support/requires.js';

patternsContract('the server in this process', async () => {
  const { server } = startInProcess();
  return { commander: server.commander, close: () => server.close(0) };
});

describeWith('redis-server', 'beside Nearkey', () => {
  patternsContract('redis-server', openRedisCommander);
});
