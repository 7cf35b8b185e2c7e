/**
 * Transforms of a group: values that are reckoned from a record's features when it is read, each under a name of its own, beside the
 * features. The group keeps them as texts; the language of the texts is not known here, whoever opens the store gives what reads it.
 *
 * A group without transforms costs nothing: what is wanted of it are its features and the one empty list.
 */
import { FeatureError, invalid } from './feature-error.js';
import type { Feature, FeatureGroup, GroupDefinition } from './feature-group.js';
import type { Value } from './feature-values.js';
import { namePattern, recordBytesMax, reservedFeatureNames, transformCharsMax, transformsMax } from './limits.js';
import { valueReader } from './packed-record.js';
import { projection } from './projection.js';

/** What an expression reckons with: the number that an Integral or a Fractional spells, the text of a String, undefined where there is none. */
export type Operand = number | string | undefined;

export interface CompiledExpression {
  /** Names of the features that it reads, each once. */
  readonly reads: readonly string[];
  /** Whether it results in numbers, as far as can be said by which features are numbers. */
  isNumber(isNumberThere: (name: string) => boolean): boolean;
  /** @returns undefined for nothing. @throws FeatureError ValidationError where it cannot be reckoned */
  evaluate(operand: (name: string) => Operand): string | undefined;
}

export interface ExpressionLanguage {
  /** @throws FeatureError ValidationError that names the place of an error in the text */
  compile(text: string): CompiledExpression;
}

/** A transform of a group, ready to be reckoned. */
export interface BoundTransform {
  readonly name: string;
  /** Of its values: Fractional for what is always a number. */
  readonly type: 'Fractional' | 'String';
  /** @throws FeatureError ValidationError */
  run(read: (feature: Feature) => Value): string | undefined;
}

/** What a caller gets of each record. */
export interface Wanted {
  readonly features: readonly Feature[];
  readonly transforms: readonly BoundTransform[];
}

/** What became of a transform: a value, none because of what it reads, or a failure. */
export interface TransformOutcome {
  readonly name: string;
  readonly value?: string | undefined;
  readonly failure?: string;
}

const none: readonly BoundTransform[] = [];

export class Transforms {
  readonly #language: ExpressionLanguage | undefined;
  readonly #bound = new WeakMap<FeatureGroup, readonly BoundTransform[]>();

  constructor(language: ExpressionLanguage | undefined) {
    this.#language = language;
  }

  /** Whether a group may be so, as far as its transforms go. @throws FeatureError ValidationError */
  check({ online, features }: Pick<GroupDefinition, 'online' | 'features'>): void {
    const transforms = online?.transforms ?? [];
    if (transforms.length === 0) return;
    if (transforms.length > transformsMax) throw invalid(`A feature group has at most ${transformsMax} transforms`);
    const byName = new Map(features.map((feature) => [feature.FeatureName, feature]));
    const names = new Set<string>();
    for (const { name, expression } of transforms) {
      if (!namePattern.test(name)) throw invalid(`'${name}' is no name of a transform`);
      if (reservedFeatureNames.has(name)) throw invalid(`'${name}' is a reserved name`);
      if (byName.has(name)) throw invalid(`'${name}' is the name of a feature and of a transform`);
      if (names.has(name)) throw invalid(`The transform '${name}' is defined twice`);
      names.add(name);
      for (const operand of this.#compile(name, expression).reads) {
        const feature = byName.get(operand);
        if (feature === undefined) throw failed(name, `there is no feature '${operand}'`);
        if (feature.CollectionType !== undefined) throw failed(name, `the feature '${operand}' is a collection`);
      }
    }
  }

  /** Those of the group, in the order of their definitions; none where nothing reads their language. */
  of(group: FeatureGroup): readonly BoundTransform[] {
    const transforms = group.definition.online?.transforms;
    if (transforms === undefined || this.#language === undefined) return none;
    const known = this.#bound.get(group);
    if (known !== undefined) return known;
    const bound = transforms.map(({ name, expression }) => this.#bind(group, name, expression));
    this.#bound.set(group, bound);
    return bound;
  }

  /**
   * The features and transforms that a caller asked for, in the order of the definitions; all of them without names.
   * @throws FeatureError ValidationError
   */
  wanted(group: FeatureGroup, names: readonly string[] | undefined): Wanted {
    const registered = group.definition.online?.transforms;
    if (registered === undefined) return { features: projection(group, names), transforms: none };
    if (names === undefined || names.length === 0) return { features: group.features, transforms: this.of(group) };
    const asked = new Set(names);
    const named = new Set(registered.flatMap(({ name }) => (asked.has(name) ? [name] : [])));
    if (named.size > 0) this.#readable();
    const others = names.filter((name) => !named.has(name));
    return {
      features: others.length === 0 ? [] : projection(group, others),
      transforms: this.of(group).filter(({ name }) => named.has(name)),
    };
  }

  /** What another version has registered may not be read by this one: that is told where it is asked for, and ends no other reading. */
  #bind(group: FeatureGroup, name: string, text: string): BoundTransform {
    try {
      const expression = this.#compile(name, text);
      const isNumber = expression.isNumber((operand) => group.byName.get(operand)?.type !== 'String');
      return {
        name,
        type: isNumber ? 'Fractional' : 'String',
        run: (read) => {
          const value = expression.evaluate((operand) => operandOf(group.byName.get(operand), read));
          if (value === undefined || value.length <= recordBytesMax) return value;
          throw invalid(`the value has more than ${recordBytesMax} characters`);
        },
      };
    } catch (error) {
      return {
        name,
        type: 'String',
        run: () => {
          throw error;
        },
      };
    }
  }

  #compile(name: string, text: string): CompiledExpression {
    if (text.length > transformCharsMax) throw failed(name, `it has more than ${transformCharsMax} characters`);
    try {
      return this.#readable().compile(text);
    } catch (error) {
      throw FeatureError.isInstance(error) ? failed(name, error.message) : error;
    }
  }

  #readable(): ExpressionLanguage {
    if (this.#language !== undefined) return this.#language;
    throw invalid('This store was opened without a language of expressions: transforms can be neither set nor read');
  }
}

/** What becomes of the transforms for one record. */
export function transformed(packed: string, transforms: readonly BoundTransform[]): TransformOutcome[] {
  const read = valueReader(packed);
  return transforms.map(({ name, run }) => {
    try {
      return { name, value: run(read) };
    } catch (error) {
      if (FeatureError.isInstance(error)) return { name, failure: error.message };
      throw error;
    }
  });
}

function failed(name: string, reason: string): FeatureError {
  return invalid(`The transform '${name}': ${reason}`);
}

function operandOf(feature: Feature | undefined, read: (feature: Feature) => Value): Operand {
  const value = feature && read(feature);
  if (feature === undefined || typeof value !== 'string') return undefined;
  return feature.type === 'String' ? value : Number(value);
}
