import { writeAsResp, writeTyped } from '#server/commands/json/json-reply.js';
import { RespWriter } from '#server/protocol/reply-writer.js';
import { tapeOf } from '../../json/documents.js';

function written(write: (reply: RespWriter) => void): string {
  const writer = new RespWriter();
  writer.protocol = 3;
  write(writer);
  return writer.buffer.toString('latin1', 0, writer.length);
}

test('values are written as types of RESP3, containers as text or as types', () => {
  const tape = tapeOf('{"a":[1,0.5,true,null,"x"]}');
  expect(written((reply) => writeTyped(reply, tape, 0, true))).toBe(
    '%1\r\n$1\r\na\r\n*5\r\n:1\r\n,0.5\r\n#t\r\n_\r\n$1\r\nx\r\n',
  );
  expect(written((reply) => writeTyped(reply, tape, 0, false))).toBe('$27\r\n{"a":[1,0.5,true,null,"x"]}\r\n');
});

test('values are written as JSON.RESP answers them', () => {
  expect(written((reply) => writeAsResp(reply, tapeOf('[{"a":false},2]'), 0))).toBe(
    '*3\r\n+[\r\n*3\r\n+{\r\n$1\r\na\r\n+false\r\n:2\r\n',
  );
});
