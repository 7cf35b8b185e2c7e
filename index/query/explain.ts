/** A query as lines for humans, in the words of RediSearch's FT.EXPLAIN: one for each predicate, indented by depth. */
import { shownMark } from '../text/marks.js';
import type { LeafPredicate, Predicate, TagTerm, TextPredicate, TextScope } from './predicate.js';
import type { KnnClause, Query } from './query.js';

/** @param textFields aliases of TEXT fields, by number */
export function explainQuery({ filter, knn }: Query, textFields: readonly string[]): string[] {
  const lines = explain(filter, textFields);
  return knn === undefined ? lines : block('VECTOR', [...lines, explainKnn(knn)]);
}

function explainKnn({ field, k, efRuntime, distanceName }: KnnClause): string {
  const ef = efRuntime === undefined ? '' : `, EF_RUNTIME = ${efRuntime}`;
  return `K=${k} nearest vectors in vector index associated with field @${field.alias}${ef}, yields distance as \`${distanceName}\``;
}

function explain(predicate: Predicate, textFields: readonly string[]): string[] {
  const below = (children: readonly Predicate[]): string[] => children.flatMap((child) => explain(child, textFields));
  switch (predicate.kind) {
    case 'all':
      return ['<WILDCARD>'];
    case 'none':
      return ['<empty>'];
    case 'and':
      return block('INTERSECT', below(predicate.children));
    case 'near':
      return withAttributes(block('INTERSECT', below(predicate.children)), nearness(predicate));
    case 'or':
      return block('UNION', below(predicate.children));
    case 'not':
      return block('NOT', below([predicate.child]));
    case 'optional':
      return block('OPTIONAL', below([predicate.child]));
    case 'weighted':
      return withAttributes(below([predicate.child]), `$weight: ${predicate.weight};`);
    default:
      return explainLeaf(predicate, textFields);
  }
}

function explainLeaf(predicate: LeafPredicate, textFields: readonly string[]): string[] {
  switch (predicate.kind) {
    case 'text':
      return explainWord(predicate, fieldsOf(predicate.scope, textFields));
    case 'phrase':
      return withAttributes(
        block(`${fieldsOf(predicate.scope, textFields)}EXACT`, predicate.words),
        predicate.slop === 0 && predicate.inOrder ? '' : nearness(predicate),
      );
    case 'tag':
      return block(`TAG:@${predicate.field.alias}`, predicate.terms.map(explainTag));
    case 'numeric': {
      const { field, min, minExclusive, max, maxExclusive } = predicate;
      const [low, high] = [minExclusive ? '<' : '<=', maxExclusive ? '<' : '<='];
      return [`NUMERIC {${decimal(min)} ${low} @${field.alias} ${high} ${decimal(max)}}`];
    }
    case 'geo': {
      const { field, lon, lat, radiusM } = predicate;
      return [`GEO ${field.alias}:{${decimal(lon)},${decimal(lat)} --> ${decimal(radiusM)} m}`];
    }
    case 'geoshape':
      return [`GEOSHAPE ${predicate.field.alias}:{${predicate.relation.toLowerCase()}}`];
    case 'missing':
      return [`ISMISSING{${predicate.field.alias}}`];
    case 'keys':
      return block('IDS', predicate.keys);
    case 'vector-range': {
      const { field, radiusDistance, distanceName } = predicate;
      const yields = distanceName === undefined ? '' : `, yields distance as \`${distanceName}\``;
      const what = `Vectors that are within ${radiusDistance} distance radius from query`;
      return [`VECTOR {${what} in vector index associated with field @${field.alias}${yields}}`];
    }
  }
}

function explainWord({ match, text, alternatives, distance }: TextPredicate, fields: string): string[] {
  switch (match) {
    case 'word': {
      const words = [text, ...alternatives.map((word) => `${shownMark(word)}(expanded)`)];
      return words.length === 1
        ? [`${fields}${text}`]
        : block(
            `${fields}UNION`,
            words.map((word) => fields + word),
          );
    }
    case 'fuzzy':
      return [`${fields}FUZZY{${text}, distance ${distance}}`];
    case 'prefix':
      return [`${fields}PREFIX{${text}*}`];
    case 'suffix':
      return [`${fields}SUFFIX{*${text}}`];
    case 'infix':
      return [`${fields}INFIX{*${text}*}`];
    case 'wildcard':
      return [`${fields}WILDCARD{${text}}`];
  }
}

function explainTag({ match, text }: TagTerm): string {
  if (match === 'exact') return text;
  if (match === 'wildcard') return `WILDCARD{${text}}`;
  return `${match.toUpperCase()}{${match === 'prefix' ? '' : '*'}${text}${match === 'suffix' ? '' : '*'}}`;
}

function fieldsOf(scope: TextScope, textFields: readonly string[]): string {
  return scope === undefined ? '' : `@${[...scope].map((number) => textFields[number] ?? number).join('|')}:`;
}

function nearness({ slop, inOrder }: { readonly slop: number; readonly inOrder: boolean }): string {
  const limit = Number.isFinite(slop) ? `$slop: ${slop}; ` : '';
  return `${limit}$inorder: ${inOrder};`;
}

function block(title: string, inside: readonly string[]): string[] {
  return [`${title} {`, ...inside.map((line) => `  ${line}`), '}'];
}

function withAttributes(lines: readonly string[], attributes: string): string[] {
  if (attributes === '') return [...lines];
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ''} => { ${attributes} }`];
}

function decimal(value: number): string {
  if (Number.isFinite(value)) return value.toFixed(6);
  return value > 0 ? 'inf' : '-inf';
}
