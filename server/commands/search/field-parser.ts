/**
 * The fields of a SCHEMA: `identifier [AS alias] type {option}`. Options of a type come in any order, and end where the
 * next field begins: at the first word the type does not know.
 */
import { coordinateSystems, type SoundMatcher, soundMatchers } from '@nearkey/index';
import { FIELD_FLAGS, type FieldFlag, type IndexDeclaration, nameText } from '../../search/index-definition.js';
import { searchErrorFor } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { upperText } from './option-parser.js';
import { type FieldName, parseVectorField } from './vector-field-parser.js';

type FieldDeclaration = IndexDeclaration['fields'][number];

/** The single-word options each type takes. */
const FLAGS_OF = {
  TEXT: ['NOSTEM', 'WITHSUFFIXTRIE', 'INDEXMISSING', 'INDEXEMPTY', 'SORTABLE', 'UNF', 'NOINDEX'],
  TAG: ['CASESENSITIVE', 'WITHSUFFIXTRIE', 'INDEXMISSING', 'INDEXEMPTY', 'SORTABLE', 'UNF', 'NOINDEX'],
  NUMERIC: ['INDEXMISSING', 'SORTABLE', 'UNF', 'NOINDEX'],
  GEO: ['INDEXMISSING', 'SORTABLE', 'UNF', 'NOINDEX'],
  GEOSHAPE: ['INDEXMISSING', 'SORTABLE', 'UNF', 'NOINDEX'],
  VECTOR: ['INDEXMISSING', 'SORTABLE'],
} as const satisfies Record<string, readonly FieldFlag[]>;

/** Reads fields up to the end of the arguments. */
export function parseFields(args: ArgumentParser): FieldDeclaration[] {
  const fields: FieldDeclaration[] = [];
  while (args.remaining > 0) {
    const field = parseField(args);
    if (field !== undefined) fields.push(field);
  }
  return fields;
}

function parseField(args: ArgumentParser): FieldDeclaration | undefined {
  const identifier = args.bytes();
  const alias = args.flag('AS') ? args.bytes() : identifier;
  const name = { identifier: identifier.latin1(), alias: nameText(alias) };
  if (args.remaining === 0) {
    args.fail(searchErrorFor.fieldWithoutType(name.alias));
    return undefined;
  }
  const type = args.bytes();
  switch (upperText(type)) {
    case 'TEXT':
      return parseTextField(args, name);
    case 'TAG':
      return parseTagField(args, name);
    case 'NUMERIC':
      return { field: { type: 'NUMERIC', ...name }, flags: parseOptions(args, FLAGS_OF.NUMERIC) };
    case 'GEO':
      return { field: { type: 'GEO', ...name }, flags: parseOptions(args, FLAGS_OF.GEO) };
    case 'GEOSHAPE': {
      // node-redis names the option.
      args.flag('COORD_SYSTEM');
      const coordinates = coordinateSystems.find((system) => args.flag(system)) ?? 'SPHERICAL';
      return { field: { type: 'GEOSHAPE', ...name, coordinates }, flags: parseOptions(args, FLAGS_OF.GEOSHAPE) };
    }
    case 'VECTOR': {
      const field = parseVectorField(args, name);
      return field && { field, flags: parseOptions(args, FLAGS_OF.VECTOR) };
    }
    default:
      args.fail(searchErrorFor.fieldType(name.alias, nameText(type)));
      return undefined;
  }
}

function parseTextField(args: ArgumentParser, name: FieldName): FieldDeclaration {
  let weight = 1;
  let phonetic: SoundMatcher | undefined;
  const flags = parseOptions(args, FLAGS_OF.TEXT, () => {
    if (args.flag('NOSUFFIXTRIE')) return true;
    if (args.flag('PHONETIC')) {
      const matcher = args.bytes();
      phonetic = soundMatchers.find((name) => name === matcher.latin1());
      if (phonetic === undefined) args.fail(searchErrorFor.soundMatcher(nameText(matcher)));
      return true;
    }
    if (!args.flag('WEIGHT')) return false;
    const text = args.bytes();
    weight = Number(text.latin1());
    if (!(weight >= 0)) args.fail(searchErrorFor.badValue('WEIGHT', `\`${nameText(text)}\` is not a valid weight`));
    return true;
  });
  return { field: { type: 'TEXT', ...name, weight, ...(phonetic === undefined ? {} : { phonetic }) }, flags };
}

function parseTagField(args: ArgumentParser, name: FieldName): FieldDeclaration {
  let separator: string | undefined;
  const flags = parseOptions(args, FLAGS_OF.TAG, () => {
    if (!args.flag('SEPARATOR')) return false;
    separator = nameText(args.bytes());
    return true;
  });
  return { field: { type: 'TAG', ...name, ...(separator === undefined ? {} : { separator }) }, flags };
}

/**
 * Reads a type's flags, and by `readOther` its options with a value, in any order.
 * @returns the flags, in the order of FIELD_FLAGS
 */
function parseOptions(
  args: ArgumentParser,
  known: readonly FieldFlag[],
  readOther: () => boolean = () => false,
): ReadonlySet<FieldFlag> {
  const found = new Set<FieldFlag>();
  while (args.remaining > 0) {
    const flag = known.find((candidate) => args.flag(candidate));
    if (flag !== undefined) found.add(flag);
    else if (!readOther()) break;
  }
  return new Set(FIELD_FLAGS.filter((flag) => found.has(flag)));
}
