/**
 * FT.INFO: what is known of an index. First the names Redis's search has, in its order, because clients read the
 * description of a field by position; then those only Valkey's search has. What this engine does not have (garbage
 * collection, cursors) is answered with zeros: clients read those names without asking whether they are there.
 */
import { type DeclaredField, type IndexDefinition, NO_SEPARATOR, nameText } from '../../search/index-definition.js';
import { searchErrorFor } from '../../search/search-errors.js';
import type { AttributeFigures, IndexFigures, ServedIndex } from '../../search/served-index.js';
import type { ArgumentParser } from '../argument-parser.js';
import { command } from '../command.js';
import { upperText } from './option-parser.js';
import { type Fact, type Facts, speaksMaps, writeFact } from './search-reply.js';

const BYTES_PER_MB = 1024 * 1024;
const DIALECTS = ['dialect_1', 'dialect_2', 'dialect_3', 'dialect_4'] as const;

export const ftInfo = command<{ index: string }>({
  name: 'FT.INFO',
  arity: -2,
  flags: ['readonly', 'fast'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Describes an index: its definition, its size, and how far it is filled',
  syntax: 'index-name [LOCAL] [ALLSHARDS | SOMESHARDS] [CONSISTENT | INCONSISTENT]',
  parse: parseFtInfo,
  run: (context, { index }) => {
    const served = context.server.search.index(context.client.db, index);
    writeFact(context.reply, { pairs: describeIndex(served) }, speaksMaps(context));
  },
});

const SCOPES: ReadonlySet<string> = new Set(['LOCAL', 'ALLSHARDS', 'SOMESHARDS', 'CONSISTENT', 'INCONSISTENT']);
const CLUSTER_SCOPES: ReadonlySet<string> = new Set(['PRIMARY', 'CLUSTER']);

export function parseFtInfo(args: ArgumentParser): { index: string } {
  const index = args.bytes().latin1();
  while (args.remaining > 0) {
    const scope = args.bytes();
    const upper = upperText(scope);
    if (CLUSTER_SCOPES.has(upper)) args.fail(searchErrorFor.clusterScope(upper));
    else if (!SCOPES.has(upper)) args.fail(searchErrorFor.unexpectedArgument(nameText(scope)));
  }
  return { index };
}

/** Everything FT.INFO says, in order. */
function describeIndex(served: ServedIndex): Facts {
  const { definition, backfill } = served;
  const figures = served.figures();
  const isFilling = backfill !== undefined;
  const filled = backfill?.progress ?? 1;
  return [
    ['index_name', { name: definition.name }],
    ['index_options', { list: [...definition.options, ...(definition.stopWords === undefined ? [] : ['STOPWORDS'])] }],
    ['index_definition', { pairs: describeDefinition(served) }],
    ['attributes', { list: definition.fields.map((field) => describeField(field, figures.attributes)) }],
    ['num_docs', figures.documents],
    ['max_doc_id', figures.documentIdMax],
    ['num_terms', figures.words],
    ['num_records', figures.records],
    ...sizesOf(figures),
    ...averagesOf(figures.documents, figures.records, figures.memoryBytes),
    ['hash_indexing_failures', figures.failures],
    ['total_indexing_time', { double: 0 }],
    ['indexing', isFilling ? 1 : 0],
    ['percent_indexed', { double: filled }],
    ['number_of_uses', served.uses],
    ['cleaning', 0],
    ['gc_stats', { pairs: zeros(GC_FIGURES) }],
    ['cursor_stats', { pairs: zeros(CURSOR_FIGURES) }],
    ...(definition.stopWords === undefined ? [] : [['stopwords_list', { list: definition.stopWords }] as const]),
    ['dialect_stats', { pairs: zeros(DIALECTS) }],
    ['Index Errors', { pairs: describeErrors(figures, isFilling) }],
    ['total_term_occurrences', figures.wordOccurrences],
    ['backfill_in_progress', isFilling ? '1' : '0'],
    ['backfill_complete_percent', filled.toFixed(6)],
    ['mutation_queue_size', '0'],
    ['recent_mutations_queue_delay', '0 sec'],
    ['state', isFilling ? 'backfill_in_progress' : 'ready'],
    ...describeText(definition),
    ['language', definition.schema.text.language],
  ];
}

const GC_FIGURES = [
  'bytes_collected',
  'total_ms_run',
  'total_cycles',
  'average_cycle_time_ms',
  'last_run_time_ms',
  'gc_numeric_trees_missed',
  'gc_blocks_denied',
] as const;
const CURSOR_FIGURES = ['global_idle', 'global_total', 'index_capacity', 'index_total'] as const;

function zeros(names: readonly string[]): Facts {
  return names.map((name) => [name, 0]);
}

function describeDefinition({ definition }: ServedIndex): Facts {
  const { filter, language, languageField, scoreField, payloadField } = definition;
  return [
    ['key_type', definition.documentType],
    ['prefixes', { list: definition.prefixes.map((name) => ({ name })) }],
    ...(filter === undefined ? [] : [['filter', filter] as const]),
    ...(language === undefined ? [] : [['default_language', language] as const]),
    ...named('language_field', languageField),
    ['default_score', { double: definition.score }],
    ...named('score_field', scoreField),
    ...named('payload_field', payloadField),
    ['indexes_all', 'false'],
  ];
}

function named(title: string, name: string | undefined): Facts {
  return name === undefined ? [] : [[title, { name }]];
}

/** As Valkey's search tells it, of indexes with TEXT fields. */
function describeText({ schema: { text, textFields } }: IndexDefinition): Facts {
  if (textFields.length === 0) return [];
  return [
    ['punctuation', text.punctuation],
    ['stop_words', { list: [...text.stopWords] }],
    ['with_offsets', text.hasOffsets ? '1' : '0'],
    ['min_stem_size', text.stemCharsMin],
  ];
}

/** Names and order of Redis's search; only the totals mean something here. */
function sizesOf({ memoryBytes, vectorBytes, textBytes, shapeBytes }: IndexFigures): Facts {
  const none = { double: 0 };
  return [
    ['inverted_sz_mb', { double: textBytes / BYTES_PER_MB }],
    ['vector_index_sz_mb', { double: vectorBytes / BYTES_PER_MB }],
    ['total_inverted_index_blocks', 0],
    ['offset_vectors_sz_mb', none],
    ['doc_table_size_mb', none],
    ['sortable_values_size_mb', none],
    ['key_table_size_mb', none],
    ['tag_overhead_sz_mb', none],
    ['text_overhead_sz_mb', none],
    ['total_index_memory_sz_mb', { double: memoryBytes / BYTES_PER_MB }],
    ['geoshapes_sz_mb', { double: shapeBytes / BYTES_PER_MB }],
  ];
}

function averagesOf(documents: number, records: number, memoryBytes: number): Facts {
  return [
    ['records_per_doc_avg', { double: records / Math.max(1, documents) }],
    ['bytes_per_record_avg', { double: records === 0 ? 0 : memoryBytes / records }],
    ['offsets_per_term_avg', { double: 0 }],
    ['offset_bits_per_record_avg', { double: 0 }],
  ];
}

function describeErrors({ failures, lastError, lastErrorKey }: IndexFigures, isFilling: boolean): Facts {
  return [
    ['indexing failures', failures],
    ['last indexing error', lastError ?? 'N/A'],
    ['last indexing error key', { name: lastErrorKey ?? 'N/A' }],
    ['background indexing status', isFilling ? 'IN PROGRESS' : 'OK'],
  ];
}

function describeField(declared: DeclaredField, figures: ReadonlyMap<string, AttributeFigures>): Fact {
  const { field, flags } = declared;
  const ofField = figures.get(field.alias);
  const bytes = ofField?.memoryBytes ?? 0;
  return {
    pairs: [
      ['identifier', { name: field.identifier }],
      ['attribute', field.alias],
      ['type', field.type],
      ...describeType(declared, ofField),
      ['user_indexed_memory', bytes],
    ],
    flags: [...flags],
  };
}

function describeType({ field }: DeclaredField, figures: AttributeFigures | undefined): Facts {
  switch (field.type) {
    case 'TEXT':
      return [
        ['WEIGHT', String(field.weight)],
        ...(field.phonetic === undefined ? [] : [['PHONETIC', field.phonetic] as const]),
      ];
    case 'GEO':
    case 'NUMERIC':
      return [['size', String(figures?.documents ?? 0)]];
    case 'GEOSHAPE':
      return [
        ['coord_system', field.coordinates],
        ['size', String(figures?.documents ?? 0)],
      ];
    case 'TAG':
      return [
        ['SEPARATOR', field.separator === NO_SEPARATOR ? '' : field.separator],
        ['size', String(figures?.documents ?? 0)],
      ];
    case 'VECTOR':
      return [...describeVector(field), ['index', { pairs: describeVectorIndex(field, figures) }]];
  }
}

type VectorField = Extract<DeclaredField['field'], { type: 'VECTOR' }>;

/** As Redis's search tells it. */
function describeVector(field: VectorField): Facts {
  const common: Facts = [
    ['algorithm', field.algorithm],
    ['data_type', field.elementType],
    ['dim', field.dim],
    ['distance_metric', field.metric],
  ];
  if (field.algorithm === 'FLAT') return [...common, ['block_size', field.blockSize]];
  return [
    ...common,
    ['M', field.m],
    ['ef_construction', field.efConstruction],
    ['ef_runtime', field.efRuntime],
    ['epsilon', { double: field.epsilon }],
  ];
}

/** As Valkey's search tells it. */
function describeVectorIndex(field: VectorField, figures: AttributeFigures | undefined): Facts {
  const algorithm: Facts =
    field.algorithm === 'FLAT'
      ? [
          ['name', 'FLAT'],
          ['block_size', field.blockSize],
        ]
      : [
          ['name', 'HNSW'],
          ['m', field.m],
          ['ef_construction', field.efConstruction],
          ['ef_runtime', field.efRuntime],
        ];
  return [
    ['capacity', figures?.capacity ?? 0],
    ['dimensions', field.dim],
    ['distance_metric', field.metric],
    ['size', String(figures?.documents ?? 0)],
    ['data_type', field.elementType],
    ['algorithm', { pairs: algorithm }],
  ];
}
