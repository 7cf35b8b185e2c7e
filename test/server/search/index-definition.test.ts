import { ByteSlice } from '#server/base/byte-slice.js';
import { ReplyError } from '#server/errors.js';
import { declaredField, defineIndex, definitionCommand, nameText } from '#server/search/index-definition.js';
import { definition } from './definitions.js';

test('the engine sees every field', () => {
  const { schema, fields } = definition('idx');
  expect(schema.fields.map(({ alias }) => alias)).toEqual(['t', 'n', 'body']);
  expect(fields.map(({ field }) => field.alias)).toEqual(['t', 'n', 'body']);
});

test('defaults of the engine are filled in', () => {
  expect(declaredField(definition('idx'), 't')?.field).toMatchObject({ separator: ',', caseSensitive: false });
});

test('a field is found by its alias, not by its identifier', () => {
  expect(declaredField(definition('idx'), 'n')?.field.identifier).toBe('number');
  expect(declaredField(definition('idx'), 'number')).toBeUndefined();
});

test('what the engine refuses is an error reply', () => {
  const declaration = {
    ...definition('idx'),
    fields: [
      { field: { type: 'TAG', identifier: 't', alias: 't', separator: 'xx' } as const, flags: new Set<never>() },
    ],
  };
  expect(() => defineIndex(declaration)).toThrow(ReplyError);
});

test('a definition is told as the command that makes it, binary names as bytes', () => {
  const tokens = definitionCommand(definition('\xff', '\xfe'));
  expect(tokens.map((token) => (typeof token === 'string' ? token : token.latin1())).join(' ')).toBe(
    'FT.CREATE \xff ON HASH PREFIX 1 \xfe SCORE 1 SCHEMA t AS t TAG SEPARATOR , number AS n NUMERIC body AS body TEXT WEIGHT 1',
  );
});

test('a name is read in queries as UTF-8, or byte by byte when it is not', () => {
  expect(nameText(ByteSlice.fromText('grün'))).toBe('grün');
  expect(nameText(ByteSlice.fromLatin1('\xff'))).toBe('ÿ');
});
