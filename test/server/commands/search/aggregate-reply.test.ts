import { writePairs, writeRows } from '#server/commands/search/aggregate-reply.js';
import { RespWriter } from '#server/protocol/reply-writer.js';

const rows = [
  [
    ['name', 'x'],
    ['n', 1.5],
    ['list', ['a', 2]],
    ['gone', undefined],
  ],
] as const;

function written(protocol: 2 | 3, asMaps: boolean, cursorId?: number): string {
  const writer = new RespWriter();
  writer.protocol = protocol;
  writeRows(writer, 7, rows, asMaps, cursorId);
  return writer.buffer.toString('latin1', 0, writer.length).replaceAll('\r\n', ' ').trim();
}

test('rows are arrays in RESP2, and numbers text', () => {
  expect(written(2, false)).toBe('*2 :7 *8 $4 name $1 x $1 n $3 1.5 $4 list *2 $1 a $1 2 $4 gone $-1');
});

test('in arrays of RESP3 numbers are numbers', () => {
  expect(written(3, false)).toBe('*2 :7 *8 $4 name $1 x $1 n ,1.5 $4 list *2 $1 a ,2 $4 gone _');
});

test('rows are maps in RESP3', () => {
  expect(written(3, true)).toBe(
    '%5 +attributes *0 +format +STRING +results *1 %2 +extra_attributes ' +
      '%4 $4 name $1 x $1 n $3 1.5 $4 list *2 $1 a $1 2 $4 gone _ +values *0 +total_results :7 +warning *0',
  );
});

test('behind a cursor the reply is a pair', () => {
  expect(written(2, false, 9)).toMatch(/^\*2 \*2 :7 .* :9$/);
  expect(written(2, false, 0)).toMatch(/ :0$/);
});

test('pairs are written without what holds them', () => {
  const writer = new RespWriter();
  writePairs(writer, [['n', 1]]);
  expect(writer.buffer.toString('latin1', 0, writer.length)).toBe('$1\r\nn\r\n$1\r\n1\r\n');
});
