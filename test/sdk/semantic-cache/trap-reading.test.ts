import { read, readingOf, stem } from '#sdk/semantic-cache/trap-reading.js';

test.each([
  [['cancel', 'cancels', 'cancelled', 'cancelling', 'canceled'], 'cancel'],
  [['activate', 'activates', 'activated', 'activating'], 'activat'],
  [['city', 'cities'], 'city'],
  [['use', 'used'], 'us'],
  [['stop', 'stopped', 'stopping'], 'stop'],
])('%p have one stem', (words, expected) => {
  expect(words.map(stem)).toEqual(words.map(() => expected));
});

test.each(['class', 'is', 'as'])('%p keeps its final s', (word) => {
  expect(stem(word)).toMatch(/s$|clas/);
});

test('keeps what carries the question', () => {
  expect(read('Could you please tell me how I can cancel my card?').content).toEqual(['cancel', 'card']);
});

test.each([
  ['£1,234.50 on the 3rd', ['1234.5', '3']],
  ['twelve months', ['12']],
  ['12345678901234567890123', ['12345678901234567890123']],
  ['no number', []],
])('reads the numbers of %p', (text, numbers) => {
  expect([...read(text).numbers]).toEqual(numbers);
});

test('reads names in the middle of sentences only', () => {
  expect([...read('Where is the Atlas report? The other is here. I asked Bob').names]).toEqual(['atla', 'bob']);
  expect([...read('WHERE IS MY CARD').names]).toEqual([]);
});

test.each([
  ['I have no idea how to pay', false],
  ["I don't know where it is", false],
  ['can i pay or not', false],
  ['I cannot pay', true],
  ["it doesn't work", true],
  ['I don’t pay', true],
])('%p denies something: %p', (text, denies) => {
  expect(read(text).denies).toBe(denies);
});

test.each([
  ['from leeds to york', ['leed'], ['york']],
  ['to york from leeds', ['leed'], ['york']],
  ['usd to eur', ['usd'], ['eur']],
  ['how to pay', [], []],
])('%p goes from %p to %p', (text, origins, destinations) => {
  const reading = read(text);
  expect([...reading.origins]).toEqual(origins);
  expect([...reading.destinations]).toEqual(destinations);
});

test('writes one thing one way', () => {
  expect(read('Wi-Fi').content).toEqual(read('wifi').content);
  expect(read('in the U.S.').phrases.has('usa')).toBe(true);
  expect(read('tell us').phrases.has('usa')).toBe(false);
  expect(read('sign in').content).toEqual(read('log in').content);
});

test('reads what is plain ASCII as what is not', () => {
  const texts = [
    "Don't C++ or C# cost $1,234.50 on the 3rd, in 4G at O'Neill's?",
    'covid19 x2 a+b 12ab a1+ it’s "quoted" (so) e.g. 1.5.2 100% #1',
    'turn the router on, from Leeds to New York, how many days, no idea',
  ];
  for (const text of texts) {
    const { foreignWords, ...plain } = read(`${text} 水`);
    expect(foreignWords).toEqual(new Set(['水']));
    expect(read(`${text} z`)).toMatchObject({
      numbers: plain.numbers,
      identifiers: plain.identifiers,
      names: plain.names,
      denies: plain.denies,
      origins: plain.origins,
    });
    expect(new Set(read(text).terms)).toEqual(new Set([...plain.terms].filter((term) => term !== '水')));
  }
});

test('knows pairs of words that are one name, and words with a final s', () => {
  expect([...read('to the United States').phrases]).toEqual(['united states']);
  expect([...read('on Mondays').phrases]).toEqual(['monday']);
  expect([...read('my step son').signs]).toContain('son');
});

test('remembers readings, and reads the same when it has forgotten', () => {
  const prompt = 'How do I cancel my card?';
  const first = readingOf(prompt);
  expect(readingOf(prompt)).toBe(first);
  for (let i = 0; i < 2_000; i++) readingOf(`prompt ${i}`);
  expect(readingOf(prompt)).not.toBe(first);
  expect(readingOf(prompt)).toEqual(first);
  const long = 'card '.repeat(300);
  expect(readingOf(long)).not.toBe(readingOf(long));
});

test('says when it did not read to the end', () => {
  expect(read('a'.repeat(8_192)).isPartial).toBe(false);
  expect(read('a'.repeat(8_193)).isPartial).toBe(true);
});
