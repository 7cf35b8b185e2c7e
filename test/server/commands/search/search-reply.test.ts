import { type Fact, writeFact } from '#server/commands/search/search-reply.js';
import { RespWriter } from '#server/protocol/reply-writer.js';

const fact: Fact = {
  pairs: [
    ['text', 'grün'],
    ['whole', 3],
    ['part', { double: 0.5 }],
    ['name', { name: '\xff' }],
    ['list', { list: ['a', { pairs: [['k', 1]] }] }],
  ],
  flags: ['ONE', 'TWO'],
};

function written(asMaps: boolean): string {
  const writer = new RespWriter();
  writer.protocol = 3;
  writeFact(writer, fact, asMaps);
  return writer.buffer.toString('latin1', 0, writer.length).replaceAll('\r\n', ' ');
}

test('facts as maps use what RESP3 has', () => {
  expect(written(true)).toBe(
    '%6 +text $5 gr\xc3\xbcn +whole :3 +part ,0.5 +name $1 \xff +list *2 $1 a %1 +k :1 +flags *2 +ONE +TWO ',
  );
});

test('facts as arrays are flat, fractions are text, flags stand bare at the end', () => {
  expect(written(false)).toBe(
    '*12 +text $5 gr\xc3\xbcn +whole :3 +part $3 0.5 +name $1 \xff +list *2 $1 a *2 +k :1 +ONE +TWO ',
  );
});
