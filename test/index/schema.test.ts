import { SchemaError } from '#index/errors.js';
import { defineSchema, type FieldDefinition } from '#index/schema.js';

const hnsw = { type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim: 4, metric: 'L2' } as const;
const declared = { sortable: false, noIndex: false, indexMissing: false };
const types = { elementType: 'FLOAT32' } as const;
const flat = { ...hnsw, algorithm: 'FLAT' } as const;

describe('defineSchema', () => {
  it('fills in defaults', () => {
    expect(defineSchema([{ type: 'TAG', identifier: 't' }, { type: 'NUMERIC', identifier: 'n' }, hnsw]).fields).toEqual(
      [
        {
          type: 'TAG',
          identifier: 't',
          alias: 't',
          separator: ',',
          caseSensitive: false,
          indexEmpty: false,
          ...declared,
        },
        { type: 'NUMERIC', identifier: 'n', alias: 'n', ...declared },
        {
          ...hnsw,
          alias: 'v',
          indexMissing: false,
          initialCap: 10_240,
          m: 16,
          efConstruction: 200,
          efRuntime: 10,
          epsilon: 0.01,
          ...types,
          codeType: 'INT8',
        },
      ],
    );
    expect(defineSchema([flat]).fields).toEqual([
      { ...flat, ...types, alias: 'v', indexMissing: false, initialCap: 10_240, blockSize: 1024 },
    ]);
  });

  it('finds fields by alias, dots allowed', () => {
    const schema = defineSchema([{ type: 'TAG', identifier: '$.a.b', alias: 'a.b', separator: ';' }]);
    expect(schema.field('a.b')).toMatchObject({ identifier: '$.a.b', separator: ';' });
    expect(schema.field('$.a.b')).toBeUndefined();
  });

  it('lets one identifier have several aliases', () => {
    const twice: FieldDefinition[] = [
      { type: 'TAG', identifier: 'x', alias: 'a' },
      { type: 'NUMERIC', identifier: 'x', alias: 'b' },
    ];
    expect(defineSchema(twice).fields).toHaveLength(2);
  });

  const refused: readonly (readonly [message: string, definitions: readonly FieldDefinition[]])[] = [
    ['Index schema must have at least one attribute', []],
    [
      'Duplicate field in schema - t',
      [
        { type: 'TAG', identifier: 't' },
        { type: 'NUMERIC', identifier: 't' },
      ],
    ],
    ['The separator must be a single character, but got `;;`', [{ type: 'TAG', identifier: 't', separator: ';;' }]],
    ['The separator must be a single character, but got ``', [{ type: 'TAG', identifier: 't', separator: '' }]],
    ['A tag field name can have at most 256 characters, but got 257.', [{ type: 'TAG', identifier: 't'.repeat(257) }]],
    ['A numeric field name can have at most 128 characters', [{ type: 'NUMERIC', identifier: 'n'.repeat(129) }]],
    ['The dimensions value must be a positive integer greater than 0', [{ ...hnsw, dim: 0 }]],
    ['less than or equal to 32768.', [{ ...flat, dim: 32_769 }]],
    ['The dimensions value', [{ ...flat, dim: 1.5 }]],
    ['M must be a positive integer greater than 1 and cannot exceed 512.', [{ ...hnsw, m: 513 }]],
    ['EF_CONSTRUCTION must be a positive integer', [{ ...hnsw, efConstruction: 0 }]],
    ['EF_RUNTIME must be a positive integer', [{ ...hnsw, efRuntime: 1_000_001 }]],
    ['INITIAL_CAP must be a positive integer', [{ ...hnsw, initialCap: -1 }]],
    ['BLOCK_SIZE must be a positive integer', [{ ...flat, blockSize: 0 }]],
    ['EPSILON must be a finite number', [{ ...hnsw, epsilon: Number.NaN }]],
    [
      'The maximum number of attributes cannot exceed 1000.',
      Array.from({ length: 1001 }, (_, at) => ({ type: 'TAG', identifier: `t${at}` }) as const),
    ],
  ];

  it.each(refused)('refuses: %s', (message, definitions) => {
    expect(() => defineSchema(definitions)).toThrow(SchemaError);
    expect(() => defineSchema(definitions)).toThrow(message);
  });
});
