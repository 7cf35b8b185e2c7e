import { describeArguments, writeSyntaxArguments } from '#server/commands/syntax.js';
import { commandGroups } from '#server/create-server.js';
import { ReplyRecorder } from '#server/protocol/reply-recorder.js';

test.each<[string, unknown]>([
  ['', []],
  [
    'key value',
    [
      { name: 'key', type: 'key' },
      { name: 'value', type: 'string' },
    ],
  ],
  [
    'key seconds',
    [
      { name: 'key', type: 'key' },
      { name: 'seconds', type: 'integer' },
    ],
  ],
  ['[KEEPTTL]', [{ name: 'keepttl', type: 'pure-token', token: 'KEEPTTL', optional: true }]],
  ['[COUNT count]', [{ name: 'count', type: 'integer', token: 'COUNT', optional: true }]],
  ['key [key ...]', [{ name: 'key', type: 'key', multiple: true }]],
  [
    '<ON | OFF>',
    [
      {
        name: 'on_off',
        type: 'oneof',
        children: [
          { name: 'on', type: 'pure-token', token: 'ON' },
          { name: 'off', type: 'pure-token', token: 'OFF' },
        ],
      },
    ],
  ],
  [
    '[= | ~]',
    [
      {
        name: 'equal_approximately',
        type: 'oneof',
        optional: true,
        children: [
          { name: 'equal', type: 'pure-token', token: '=' },
          { name: 'approximately', type: 'pure-token', token: '~' },
        ],
      },
    ],
  ],
  [
    'field value [field value ...]',
    [
      {
        name: 'field_value',
        type: 'block',
        multiple: true,
        children: [
          { name: 'field', type: 'string' },
          { name: 'value', type: 'string' },
        ],
      },
    ],
  ],
])('reads %j', (syntax, tree) => {
  expect(describeArguments(syntax)).toEqual(tree);
});

test('reads the syntax of every command without losing a word', () => {
  const entries = commandGroups.flat().flatMap((entry) => [entry, ...(entry.subcommands?.values() ?? [])]);
  for (const { name, syntax } of entries) {
    const words = JSON.stringify(describeArguments(syntax));
    // A repetition names again, or in short, what stands before it.
    const once = syntax.replace(/\[[^[\]]*\.\.\.\]/g, '');
    for (const [word] of once.matchAll(/[A-Za-z][\w:-]*/g)) expect(`${name}: ${words}`).toContain(word);
  }
});

test('writes a tree as COMMAND DOCS answers it', () => {
  const recorder = new ReplyRecorder();
  writeSyntaxArguments(recorder, describeArguments('key [NX | XX]'));
  const token = (name: string): unknown => ['name', name.toLowerCase(), 'type', 'pure-token', 'token', name];
  expect(recorder.take()).toEqual([
    ['name', 'key', 'type', 'key', 'key_spec_index', 0],
    ['name', 'nx_xx', 'type', 'oneof', 'flags', ['optional'], 'arguments', [token('NX'), token('XX')]],
  ]);
});
