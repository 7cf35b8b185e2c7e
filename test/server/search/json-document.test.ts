import { defineSchema, type FieldDefinition, ListedValues, RefusedField, SeveralVectors } from '@nearkey/index';
import { ByteSlice } from '#server/base/byte-slice.js';
import { JsonDocument, JsonFields, pathOf } from '#server/search/json-document.js';
import { JsonValue } from '#server/types/json.js';
import { valueHome } from '../../support/value-home.js';
import { tapeOf } from '../json/documents.js';

function value(json: string): JsonValue {
  const document = new JsonValue(valueHome());
  document.setRoot(tapeOf(json));
  return document;
}

function floatsIn(bytes: Uint8Array): number[] {
  return [...new Float32Array(bytes.slice().buffer)];
}

/** What a document has for a field; a refusal in brackets. */
function read(json: string, definition: FieldDefinition): string | undefined {
  const [field] = defineSchema([definition]).fields;
  if (field === undefined) throw new Error('there is a field');
  const document = new JsonDocument([field.identifier]);
  document.value = value(json);
  const found = document.get(field.identifier, field);
  if (found instanceof SeveralVectors) return found.vectors.map((bytes) => floatsIn(bytes).join(' ')).join(' | ');
  if (found instanceof ListedValues) return `[${Buffer.from(found.bytes).toString('utf8')}]`;
  return found instanceof RefusedField ? `<${found.reason}>` : found && Buffer.from(found).toString('utf8');
}

const tag = (identifier: string, separator = '\0'): FieldDefinition => ({ type: 'TAG', identifier, separator });
const number = (identifier: string): FieldDefinition => ({ type: 'NUMERIC', identifier });
const text = (identifier: string): FieldDefinition => ({ type: 'TEXT', identifier });

describe('a field of a JSON document', () => {
  test.each<[string, FieldDefinition, string | undefined]>([
    ['{"a":"x,y"}', tag('$.a'), 'x,y'],
    ['{"a":["x","y",null]}', tag('$.a'), '[x\0y]'],
    ['{"a":["x","y"]}', tag('$.a[*]', ','), '[x,y]'],
    ['{"a":["x"]}', tag('$.a'), '[x]'],
    ['{"a":["x"]}', tag('$.a[*]'), 'x'],
    ['{"a":[{"b":"x"},{"b":"y"}]}', tag('$.a[*].b'), '[x\0y]'],
    ['{"a":true}', tag('$.a'), 'true'],
    ['{"a":null}', tag('$.a'), undefined],
    ['{"a":[]}', tag('$.a'), undefined],
    ['{}', tag('$.a'), undefined],
    ['{"a":1}', tag('$.a'), '<Invalid JSON type: Numeric type can represent only NUMERIC field>'],
    ['{"a":["x",{}]}', tag('$.a'), '<Invalid JSON type: Object type can represent only GEOMETRY fields>'],
    ['{"a":1.5}', number('$.a'), '1.5'],
    ['{"a":[1,2e3]}', number('$.a'), '[1\0' + '2000.0]'],
    [
      '{"a":"1"}',
      number('$.a'),
      '<Invalid JSON type: String type can represent only TEXT, TAG, GEO or GEOMETRY field>',
    ],
    ['{"a":"zwölf"}', text('$.a'), 'zwölf'],
    ['{"a":["one","two"]}', text('$.a'), '[one\ntwo]'],
    ['{"a":false}', text('$.a'), '<Invalid JSON type: Boolean type can be represent only TAG field>'],
    ['{"a":"1,2"}', { type: 'GEO', identifier: '$.a' }, '1,2'],
    ['{"a":"x"}', tag('a'), 'x'],
  ])('%s', (json, field, expected) => {
    expect(read(json, field)).toBe(expected);
  });

  test('is a vector when it is an array of numbers', () => {
    const vector = (identifier: string): FieldDefinition => ({
      type: 'VECTOR',
      algorithm: 'FLAT',
      identifier,
      dim: 2,
      metric: 'L2',
    });
    const [field] = defineSchema([vector('$.v')]).fields;
    const document = new JsonDocument(['$.v']);
    document.value = value('{"v":[1,0.5]}');
    const found = field && document.get('$.v', field);
    if (!(found instanceof Uint8Array)) throw new Error('it is a vector');
    expect(floatsIn(found)).toEqual([1, 0.5]);
    expect(read('{"v":[1,"x"]}', vector('$.v'))).toMatch(/^<Invalid JSON type/);
    expect(read('{"v":"blob"}', vector('$.v'))).toMatch(/^<Invalid JSON type/);
    // Several.
    expect(read('{"v":[[1,2],[3,4]]}', vector('$.v'))).toBe('1 2 | 3 4');
    expect(read('{"v":[[1,2],null,[3,4]]}', vector('$.v[*]'))).toBe('1 2 | 3 4');
    expect(read('{"a":[{"v":[1,2]},{"v":[3]},{}]}', vector('$.a[*].v'))).toBe('1 2 | 3');
    expect(read('{"v":[[1,2],[3,"x"]]}', vector('$.v'))).toMatch(/^<Invalid JSON type/);
    expect(read('{"v":[[1,2],3]}', vector('$.v'))).toMatch(/^<Invalid JSON type: Array/);
    const many = JSON.stringify({ v: Array.from({ length: 1025 }, () => [1, 2]) });
    expect(read(many, vector('$.v'))).toBe('<More than 1024 vectors>');
  });
});

test('fields are shown as replies show them', () => {
  const fields = new JsonFields(value('{"s":"a \\"b\\"","n":1.50,"o":{"x":[1]},"z":null}'));
  const get = (path: string): string | undefined => fields.get(ByteSlice.fromText(path))?.utf8();
  expect(['$.s', '$.n', '$.o', '$.o.x[0]', '$.z', '$.none', '$.['].map(get)).toEqual([
    'a "b"',
    '1.5',
    '{"x":[1]}',
    '1',
    undefined,
    undefined,
    undefined,
  ]);
  const all: string[] = [];
  fields.forEach((field, shown) => {
    all.push(field.utf8(), shown.utf8());
  });
  expect(all).toEqual(['$', '{"s":"a \\"b\\"","n":1.5,"o":{"x":[1]},"z":null}']);
  expect(pathOf(ByteSlice.fromText('$['))).toBeUndefined();
});
