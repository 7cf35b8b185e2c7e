/** The encoder against its twin: the same weights run by TensorFlow.js as published. */
import { readModelFiles } from '#sdk/embedders/sentence-encoder/model-files.js';
import { SentenceEncoder } from '#sdk/embedders/sentence-encoder/sentence-encoder.js';
import { Tokenizer } from '#sdk/embedders/sentence-encoder/tokenizer.js';
import { openTensorFlowEncoder } from '../../../support/tensorflow-encoder.js';

let encoder: SentenceEncoder;
let reference: (text: string) => Promise<Float32Array>;
beforeAll(async () => {
  encoder = await SentenceEncoder.load();
  const tokenizer = new Tokenizer((await readModelFiles()).vocabulary);
  const vectorOf = await openTensorFlowEncoder();
  reference = (text) => vectorOf(tokenizer.encode(text));
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

test.each([
  'a',
  'How do I cancel my card?',
  'how do i cancel my crad',
  'I was charged $1,234.56 twice on 3 May 2024 — why?!',
  'café naïve 日本語 test',
  'Thank you for your patience while we look into it. '.repeat(9),
])('agrees with the reference on %p', async (text) => {
  expect(dot(encoder.encode(text), await reference(text))).toBeGreaterThan(0.99999);
});

test('reads the whole of a long text', () => {
  const beginning = 'Thank you for your patience while we look into it. '.repeat(30);
  const one = encoder.encode(`${beginning}My card was stolen in Rome.`);
  const other = encoder.encode(`${beginning}Please raise my overdraft.`);
  expect(dot(one, one)).toBeCloseTo(1, 5);
  expect(dot(one, other)).toBeLessThan(0.9999);
});

test('texts without a visible character share a unit vector', () => {
  const empty = encoder.encode('');
  expect(dot(empty, empty)).toBeCloseTo(1, 5);
  expect(encoder.encode(' \n\t')).toEqual(empty);
});

test('answers the same vector every time', () => {
  const first = encoder.encode('Where is my parcel?');
  encoder.encode('something else in between, of another length');
  expect(encoder.encode('Where is my parcel?')).toEqual(first);
});

test('texts that are encoded together have the vectors they have alone, equal texts and long ones among them', () => {
  const long = 'Thank you for your patience while we look into it. '.repeat(30);
  const texts = [
    'Where is my parcel?',
    long,
    '',
    'Where is my parcel?',
    'a',
    `${long} And my card?`,
    'Close my account.',
  ];
  const alone = texts.map((text) => encoder.encode(text));
  expect(encoder.encodeAll(texts)).toEqual(alone);
  expect(encoder.encodeAll([])).toEqual([]);
});
