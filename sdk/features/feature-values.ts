/**
 * What clients may write into a feature, by its type. Values stay the text they came as: what is read is what was written, digit for digit.
 */
import { invalid } from './feature-error.js';
import type { Feature } from './feature-group.js';
import { recordBytesMax } from './limits.js';

/** A feature with its value as the APIs write it; one without either has no value. */
export interface FeatureValue {
  readonly FeatureName: string;
  readonly ValueAsString?: string | null | undefined;
  readonly ValueAsStringList?: readonly string[] | null | undefined;
}

/** The text of a scalar, the texts of a collection, or no value. */
export type Value = string | readonly string[] | undefined;

const integralPattern = /^[+-]?\d{1,40}$/;
const fractionalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?$/;
const digitsSafe = 18;
const integralMax = 2n ** 63n - 1n;
const integralMin = -(2n ** 63n);
/** Longer texts are no numbers that a double or 64 bits hold. */
const numberCharsMax = 1_100;

/**
 * The value of a feature, checked.
 * @throws FeatureError
 */
export function checkedValue(feature: Feature, given: FeatureValue): Value {
  const text = given.ValueAsString ?? undefined;
  const list = given.ValueAsStringList ?? undefined;
  if (text !== undefined && list !== undefined) {
    throw invalid(`Feature '${feature.name}' has both ValueAsString and ValueAsStringList`);
  }
  if (feature.collection === undefined) {
    if (list !== undefined) throw invalid(`Feature '${feature.name}' is no collection, and takes ValueAsString`);
    if (text !== undefined) checkScalar(feature, text);
    return text;
  }
  if (text !== undefined) {
    throw invalid(`Feature '${feature.name}' is a ${feature.collection}, and takes ValueAsStringList`);
  }
  return list === undefined ? undefined : checkedList(feature, list);
}

/** Bytes of a value as limits count them. */
export function valueBytes(value: Value): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return utf8Bytes(value);
  return value.reduce((sum, element) => sum + utf8Bytes(element), 0);
}

/** Length in UTF-8, counted only where it can matter. */
export function utf8Bytes(text: string): number {
  return text.length * 3 < 1024 && /^[\x20-\x7e]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}

function checkedList(feature: Feature, list: readonly string[]): readonly string[] {
  for (const element of list) checkScalar(feature, element);
  if (feature.collection === 'Set') return [...new Set(list)];
  if (feature.collection === 'Vector' && list.length !== feature.dimension) {
    throw invalid(`Feature '${feature.name}' is a Vector of ${feature.dimension} elements, and got ${list.length}`);
  }
  return list;
}

function checkScalar(feature: Feature, text: string): void {
  if (feature.type === 'String') {
    if (text.length > recordBytesMax) throw invalid(`The value of '${feature.name}' is longer than 350 KB`);
    return;
  }
  const isRight =
    text.length <= numberCharsMax && (feature.type === 'Integral' ? isIntegral(text) : isFractional(text));
  if (isRight) return;
  const shown = text.length > 64 ? `${text.slice(0, 64)}...` : text;
  throw invalid(`The value '${shown}' of feature '${feature.name}' is not of its type ${feature.type}`);
}

function isIntegral(text: string): boolean {
  if (!integralPattern.test(text)) return false;
  if (text.length <= digitsSafe) return true;
  const value = BigInt(text.replace('+', ''));
  return value >= integralMin && value <= integralMax;
}

function isFractional(text: string): boolean {
  return fractionalPattern.test(text) && Number.isFinite(Number(text));
}
