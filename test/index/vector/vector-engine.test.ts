import { Deadline } from '#index/deadline.js';
import { defineSchema, type VectorField } from '#index/schema.js';
import { type ElementType, elementBytes, elementsOver, elementTypes } from '#index/vector/elements.js';
import { defaultEngine, hnswlibEngine, nativeEngine, type VectorEngine } from '#index/vector/vector-engine.js';
import { Random } from '../random.js';

function native(): VectorEngine {
  const engine = nativeEngine(0);
  if (typeof engine === 'string') throw new Error(engine);
  return engine;
}

const dim = 24;

function fieldOf(elementType: ElementType, algorithm: 'FLAT' | 'HNSW'): VectorField {
  const [field] = defineSchema([
    { type: 'VECTOR', algorithm, identifier: 'v', dim, metric: 'COSINE', elementType },
  ]).fields;
  if (field?.type !== 'VECTOR') throw new Error('the schema has lost its field');
  return field;
}

/** Random numbers that every type can hold. */
function vector(random: Random, type: ElementType) {
  const elements = elementsOver(type, new ArrayBuffer(dim * elementBytes[type]), 0, dim);
  // Half-precision numbers are written as bits: sign, some exponent near 1, fraction.
  const half = { FLOAT16: [0x3400, 0x0fff], BFLOAT16: [0x3e80, 0x01ff] } as const;
  for (let at = 0; at < dim; at++) {
    if (type === 'FLOAT16' || type === 'BFLOAT16') {
      const [base, range] = half[type];
      elements[at] = (random.chance(0.5) ? 0x8000 : 0) | (base + random.integer(range));
    } else if (type === 'INT8' || type === 'UINT8') {
      elements[at] = random.integer(256);
    } else {
      elements[at] = random.gaussian();
    }
  }
  return elements;
}

describe('the engines', () => {
  for (const type of elementTypes) {
    for (const algorithm of ['FLAT', 'HNSW'] as const) {
      it(`agree on ${type} vectors, ${algorithm}`, () => {
        const random = new Random(1);
        const indexes = [native(), hnswlibEngine].map((engine) =>
          engine.create(fieldOf(type, algorithm), (id) => id, 1),
        );
        for (let id = 0; id < 200; id++) {
          const elements = vector(random, type);
          for (const index of indexes) index.put(id, elements);
        }
        const deadline = new Deadline(undefined);
        for (let round = 0; round < 10; round++) {
          const query = vector(random, type);
          const [ours, theirs] = indexes.map((index) => index.searchExact(query, 10, deadline));
          expect(ours?.map(({ id }) => id)).toEqual(theirs?.map(({ id }) => id));
          ours?.forEach(({ distance }, at) => {
            expect(distance).toBeCloseTo(theirs?.[at]?.distance ?? Number.NaN, 5);
          });
        }
        for (const index of indexes) expect(index.validate()).toEqual([]);
      });
    }
  }

  it('walk graphs by the codes that are asked for', () => {
    for (const codeType of ['INT8', 'BFLOAT16', 'FLOAT32'] as const) {
      const random = new Random(2);
      const index = native().create(
        {
          ...fieldOf('FLOAT32', 'HNSW'),
          algorithm: 'HNSW',
          codeType,
          m: 16,
          efConstruction: 100,
          efRuntime: 50,
          epsilon: 0,
        },
        (id) => id,
        1,
      );
      for (let id = 0; id < 1000; id++) index.put(id, random.vector(dim));
      const options = { deadline: new Deadline(undefined), efRuntime: 100, accepts: undefined, acceptCallsMax: 0 };
      const query = random.vector(dim);
      const truth = index.searchExact(query, 10, options.deadline);
      expect(index.searchGraph(query, 10, options)).toEqual(truth);
      expect(index.validate()).toEqual([]);
    }
  });

  it('are native where the addon was built, and say why they are not', () => {
    expect(defaultEngine().name).toBe('native');
    expect(defaultEngine()).toBe(defaultEngine());
    expect(nativeEngine(1, () => 'no compiler')).toBe('no compiler');
  });
});
