import { decodeEntry, encodeEntry, entryFields, vectorBytes } from '#sdk/semantic-cache/cache-entry.js';

const entry = {
  id: 'a'.repeat(32),
  prompt: 'How do I pay?',
  response: '{"text":"By card."}',
  attributes: { language: 'en', 'doc.id': 'a,b|c' },
  createdAtMs: 1_700_000_000_000,
  embedderId: 'words-1',
  model: 'm-1',
};
const indexing = {
  scope: 'b'.repeat(32),
  exact: 'c'.repeat(32),
  answerGroup: 'd'.repeat(32),
  vectorField: 'vector_words-1_2',
  vector: new Float32Array([0.5, -2]),
};

function fieldsOf(args: ReturnType<typeof encodeEntry>): Map<unknown, unknown> {
  const pairs = new Map<unknown, unknown>();
  for (let index = 0; index < args.length; index += 2) pairs.set(args[index], args[index + 1]);
  return pairs;
}

describe('an entry', () => {
  test('comes out of a hash as it went in', () => {
    const fields = fieldsOf(encodeEntry(entry, indexing));
    const reply = entryFields.map((name) => String(fields.get(name)));
    expect(decodeEntry(entry.id, reply)).toEqual(entry);
  });

  test('without a model has none afterwards', () => {
    const { model: _none, ...anonymous } = entry;
    const fields = fieldsOf(encodeEntry(anonymous, indexing));
    expect(fields.has('model')).toBe(false);
    const reply = entryFields.map((name) => (fields.has(name) ? String(fields.get(name)) : null));
    expect(decodeEntry(entry.id, reply)).toEqual(anonymous);
  });

  test('carries what the index reads', () => {
    const fields = fieldsOf(encodeEntry(entry, indexing));
    expect(fields.get('scope')).toBe(indexing.scope);
    expect(fields.get('exact')).toBe(indexing.exact);
    // Two attributes, and the model.
    expect(fields.get('tags')).toMatch(/^[0-9a-f]{32}(,[0-9a-f]{32}){2}$/);
    expect(fields.get('vector_words-1_2')).toEqual(new Uint8Array([0, 0, 0, 0x3f, 0, 0, 0, 0xc0]));
  });

  test('of a prompt without a vector has no field for one', () => {
    expect(fieldsOf(encodeEntry(entry, { ...indexing, vector: undefined })).has('vector_words-1_2')).toBe(false);
  });

  test('is null when the key does not exist', () => {
    expect(decodeEntry(entry.id, [null, null, null, null, null, null])).toBeNull();
  });

  test.each([
    [['p', 'r', 'not json', '1', 'e', null]],
    [['p', 'r', '{"a":1}', '1', 'e', null]],
    [['p', null, '{}', '1', 'e', null]],
    [['p', 'r', '{}', 'soon', 'e', null]],
    [['p']],
    ['OK'],
  ])('is refused when its fields are %j', (reply) => {
    expect(() => decodeEntry(entry.id, reply)).toThrow(expect.objectContaining({ code: 'unexpected-reply' }));
  });
});

test('the bytes of a view are its own, not those of its whole buffer', () => {
  expect(vectorBytes(new Float32Array([1, 2, 3]).subarray(1, 2))).toEqual(new Uint8Array([0, 0, 0, 0x40]));
});
