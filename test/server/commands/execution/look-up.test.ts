/** Which entry a frame names. */
import { startInProcess } from '../../../support/in-process.js';

test('an unknown command is quoted with the beginning of its arguments, within bounds', () => {
  const client = startInProcess().connect();
  expect(client.error('FOO', 'a', 'b\r\nc')).toBe("ERR unknown command 'FOO', with args beginning with: 'a' 'b  c' ");
  expect(client.error('X'.repeat(10_000), 'y'.repeat(10_000), 'z').length).toBeLessThan(400);
  expect(client.error('CLIENT', 'NONSENSE')).toBe("ERR unknown subcommand 'NONSENSE'. Try CLIENT HELP.");
});

test('names are found in any case, subcommands behind their container', () => {
  const client = startInProcess().connect();
  expect(client.call('ping')).toBe('PONG');
  expect(client.call('cLiEnT', 'gEtNaMe')).toBeNull();
  expect(client.error('CLIENT')).toBe("ERR wrong number of arguments for 'client' command");
});
