import { startInProcess } from '../../../support/in-process.js';
import { parseReply } from '../../../support/reply-tree.js';

test("the indexes of the client's database are listed", () => {
  const client = startInProcess().connect();
  client.call('FT.CREATE', 'b', 'SCHEMA', 't', 'TAG');
  client.call('FT.CREATE', Buffer.from([0xff]), 'SCHEMA', 't', 'TAG');
  client.call('SELECT', 1);
  client.call('FT.CREATE', 'c', 'SCHEMA', 't', 'TAG');
  expect(client.call('FT._LIST')).toEqual(['c']);
  client.call('SELECT', 0);
  expect(client.call('FT._LIST')).toEqual(['b', '\xff']);
});

test('RESP3 has a set, GLIDE an array', () => {
  const client = startInProcess().connect();
  expect(parseReply(client.raw('FT._LIST')).type).toBe('*');
  client.call('HELLO', 3);
  expect(parseReply(client.raw('FT._LIST')).type).toBe('~');
  client.call('CLIENT', 'SETINFO', 'LIB-NAME', 'GlideJS');
  expect(parseReply(client.raw('FT._LIST')).type).toBe('*');
});
