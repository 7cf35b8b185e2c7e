import { defaultStopWords, defaultTextSettings } from '#index/text/text-settings.js';

it('leaves 33 English words out, and cuts at all ASCII punctuation but the underscore and the backquote', () => {
  expect(new Set(defaultStopWords).size).toBe(33);
  const punctuation = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).filter((c) => /\W|_/.test(c));
  expect(punctuation.filter((character) => !defaultTextSettings.punctuation.includes(character))).toEqual(['_', '`']);
});
