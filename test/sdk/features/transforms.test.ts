import { invalid } from '#sdk/features/feature-error.js';
import { type FeatureGroup, groupFrom } from '#sdk/features/feature-group.js';
import { packRecord } from '#sdk/features/packed-record.js';
import { type ExpressionLanguage, Transforms, transformed } from '#sdk/features/transforms.js';
import { newGroup } from '../../contract/feature-store.js';

/** Its texts are names with spaces between them: what they stand for is put together. 'bad' is against the syntax, 'fail' fails. */
const language: ExpressionLanguage = {
  compile(text) {
    if (text === 'bad') throw invalid('at offset 0');
    const reads = text.split(' ').filter((word) => word !== 'fail');
    return {
      reads,
      isNumber: (isNumberThere) => reads.every(isNumberThere),
      evaluate(operand) {
        if (text.includes('fail')) throw invalid('no');
        const values = reads.map((name) => operand(name));
        return values.includes(undefined) ? undefined : values.map((value) => `${typeof value} ${value}`).join('; ');
      },
    };
  },
};

const definitionWith = (expressions: Readonly<Record<string, string>>) => ({
  ...newGroup('g', 0),
  generation: 1,
  online: {
    storageType: 'InMemory' as const,
    transforms: Object.entries(expressions).map(([name, expression]) => ({ name, expression })),
  },
});
const groupWith = (expressions: Readonly<Record<string, string>>): FeatureGroup =>
  groupFrom(definitionWith(expressions));
const record = packRecord(1, ['1', 't', '+7', 'x"', ['y']]);

test.each([
  [{ '-x': 'a' }, "'-x' is no name of a transform"],
  [{ is_deleted: 'a' }, 'reserved'],
  [{ a: 'b' }, "'a' is the name of a feature and of a transform"],
  [{ x: 'bad' }, "The transform 'x': at offset 0"],
  [{ x: 'a y' }, "The transform 'x': there is no feature 'y'"],
  [{ x: 'a', y: 'x' }, "there is no feature 'x'"],
  [{ x: 'tags' }, "the feature 'tags' is a collection"],
  [{ x: 'a'.repeat(1_025) }, 'more than 1024 characters'],
  [Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`x${n}`, 'a'])), 'at most 64 transforms'],
])('%j is refused', (expressions, message) => {
  expect(() => new Transforms(language).check(definitionWith(expressions))).toThrow(message);
});

test('a name is taken once', () => {
  const definition = definitionWith({ x: 'a' });
  const transforms = [...definition.online.transforms, { name: 'x', expression: 'b' }];
  const check = () => new Transforms(language).check({ ...definition, online: { ...definition.online, transforms } });
  expect(check).toThrow("The transform 'x' is defined twice");
});

test('as many as may be, and none, are taken', () => {
  const transforms = new Transforms(language);
  transforms.check(definitionWith(Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`x${n}`, 'a']))));
  new Transforms(undefined).check(newGroup('g', 0));
});

test('what is asked for comes in the order of the definitions; all without names', () => {
  const group = groupWith({ one: 'a', two: 'b' });
  const named = (names?: string[]) => {
    const { features, transforms } = new Transforms(language).wanted(group, names);
    return [features.map(({ name }) => name).join(), transforms.map(({ name }) => name).join()];
  };
  expect([named(), named([])]).toEqual([
    ['id,t,a,b,tags,v', 'one,two'],
    ['id,t,a,b,tags,v', 'one,two'],
  ]);
  expect(named(['two', 'b', 'one', 'a', 'two'])).toEqual(['a,b', 'one,two']);
  expect(named(['two'])).toEqual(['', 'two']);
  expect(named(['a'])).toEqual(['a', '']);
  expect(() => named(['two', 'three'])).toThrow("has no feature 'three'");
});

test('numbers and texts are reckoned with as such; what is missing is missing, and what fails says so', () => {
  const group = groupWith({ both: 'a b', gone: 'a v', wrong: 'a fail' });
  const transforms = new Transforms(language);
  expect(transformed(record, transforms.of(group))).toEqual([
    { name: 'both', value: 'number 7; string x"' },
    { name: 'gone', value: undefined },
    { name: 'wrong', failure: 'no' },
  ]);
  expect(transforms.of(group)).toBe(transforms.of(group));
});

test('a transform is of numbers where its expression says so of features that are numbers', () => {
  const group = groupWith({ number: 'a', mixed: 'a b', unread: 'bad' });
  expect(new Transforms(language).of(group).map(({ type }) => type)).toEqual(['Fractional', 'String', 'String']);
});

test('a value longer than a record may be fails', () => {
  const long = { compile: () => ({ reads: [], isNumber: () => false, evaluate: () => 'x'.repeat(358_401) }) };
  expect(transformed(record, new Transforms(long).of(groupWith({ x: '' })))).toEqual([
    { name: 'x', failure: 'the value has more than 358400 characters' },
  ]);
});

test('a transform that another version wrote, and this one cannot read, fails alone', () => {
  expect(transformed(record, new Transforms(language).of(groupWith({ x: 'bad', y: 'a' })))).toEqual([
    { name: 'x', failure: "The transform 'x': at offset 0" },
    { name: 'y', value: 'number 7' },
  ]);
});

test('what is no refusal ends the reading', () => {
  const broken = {
    compile: () => ({
      reads: [],
      isNumber: () => false,
      evaluate: () => {
        throw new TypeError('broken');
      },
    }),
  };
  expect(() => transformed(record, new Transforms(broken).of(groupWith({ x: '' })))).toThrow(TypeError);
});

test('without a language nothing is set or asked for by name, and all of a record is what is stored', () => {
  const transforms = new Transforms(undefined);
  const group = groupWith({ x: 'a' });
  expect(() => transforms.check(group.definition)).toThrow('without a language');
  expect(() => transforms.wanted(group, ['x'])).toThrow('without a language');
  expect(transforms.wanted(group, undefined)).toEqual({ features: group.features, transforms: [] });
  expect(transforms.wanted(group, ['a']).transforms).toEqual([]);
});
