import { WordStatistics, wordsOf } from '#sdk/semantic-cache/decision/word-statistics.js';

test('the words of a prompt are its different words in lower case, without signs', () => {
  expect([...wordsOf("Can't I pay, pay by CARD? 2 кредит")]).toEqual([
    "can't",
    'i',
    'pay',
    'by',
    'card',
    '2',
    'кредит',
  ]);
  expect(wordsOf('?!').size).toBe(0);
});

test('a long prompt counts in part', () => {
  expect(wordsOf(Array.from({ length: 1000 }, (_, i) => `w${i}`).join(' ')).size).toBe(256);
});

test('a word is the rarer the fewer prompts have it', () => {
  const words = new WordStatistics();
  for (const prompt of ['pay by card', 'lost my card', 'card fees', 'open an account']) words.add(wordsOf(prompt));
  expect(words.rarity('card')).toBeLessThan(words.rarity('fees'));
  expect(words.rarity('fees')).toBeLessThan(words.rarity('never seen'));
  expect(words.rarity('fees')).toBeCloseTo(Math.log(1 + 4 / 2));
});

test('the table is bounded: words seen once are forgotten, others stay', () => {
  const words = new WordStatistics();
  for (let i = 0; i < 3; i++) words.add(wordsOf('often'));
  for (let i = 0; i < 400; i++) words.add(wordsOf(Array.from({ length: 200 }, (_, j) => `w${i}x${j}`).join(' ')));
  expect(words.rarity('often')).toBeCloseTo(Math.log(1 + 403 / 4));
  expect(words.rarity('w0x0')).toBeCloseTo(Math.log(1 + 403 / 1));
});

test('the words of most prompts are handed on, so that they are as rare for the next', () => {
  const words = new WordStatistics();
  for (let i = 0; i < 20; i++) words.add(wordsOf(`often ${i % 2 === 0 ? 'seldom' : ''} once${i} ${'x'.repeat(100)}`));
  const next = new WordStatistics();
  next.restore(words.memory(2));
  for (const word of ['often', 'seldom']) expect(next.rarity(word)).toBe(words.rarity(word));
  expect(next.memory(10)).toEqual({
    prompts: 20,
    promptsWith: [
      ['often', 20],
      ['seldom', 10],
    ],
  });
});
