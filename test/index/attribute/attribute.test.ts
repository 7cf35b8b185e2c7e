import { attributeInfo, createAttribute, type Staged, stage } from '#index/attribute/attribute.js';
import { defineSchema, type FieldDefinition } from '#index/schema.js';
import { hnswlibEngine } from '#index/vector/vector-engine.js';
import { floats, text } from '../documents.js';

const create = (definition: FieldDefinition) => {
  const [field] = defineSchema([definition]).fields;
  if (field === undefined) throw new Error('no field');
  return createAttribute(field, { engine: hnswlibEngine, sequenceOf: (id) => id, seed: 1 });
};

const reasonOf = (staged: Staged): string | undefined => ('reason' in staged ? staged.reason : undefined);

describe('an attribute', () => {
  it('stores nothing until what was staged is stored', () => {
    const attribute = create({ type: 'NUMERIC', identifier: 'n' });
    const staged = stage(attribute, text('5'));
    expect(attribute.index.has(0)).toBe(false);
    if ('store' in staged) staged.store(0);
    expect(attribute.index.has(0)).toBe(true);
  });

  it('says why bytes are refused', () => {
    const numeric = create({ type: 'NUMERIC', identifier: 'n' });
    expect(reasonOf(stage(numeric, text('five')))).toBe("Invalid numeric value: 'five'");
    expect(reasonOf(stage(numeric, text('x'.repeat(5000))))?.length).toBeLessThan(100);
    const vector = create({ type: 'VECTOR', algorithm: 'FLAT', identifier: 'v', dim: 2, metric: 'L2' });
    expect(reasonOf(stage(vector, text('abc')))).toBe('Could not add vector with blob size 3 (expected size 8)');
    expect(reasonOf(stage(vector, floats([1, Number.POSITIVE_INFINITY])))).toBe(
      'Could not add vector: element 1 is not a finite number',
    );
    expect(reasonOf(stage(create({ type: 'TAG', identifier: 't' }), Uint8Array.of(0xff)))).toBeUndefined();
  });

  it('describes itself for FT.INFO', () => {
    const tag = create({ type: 'TAG', identifier: 't' });
    const staged = stage(tag, text('a,b'));
    if ('store' in staged) staged.store(0);
    expect(attributeInfo(tag)).toMatchObject({ documents: 1, records: 2, values: 2, capacity: undefined });
    const vector = create({ type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim: 2, metric: 'L2' });
    expect(attributeInfo(vector)).toMatchObject({ documents: 0, records: 0, values: undefined, capacity: 0 });
  });
});
