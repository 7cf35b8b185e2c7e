import { stemmerFor } from '#index/text/stemmer.js';

describe('stemmerFor', () => {
  it.each([
    ['english', 'running', 'run'],
    ['english', 'generously', 'generous'],
    ['english', 'skies', 'sky'],
    ['german', 'häuser', 'haus'],
    ['french', 'continuellement', 'continuel'],
  ])('knows that in %s the stem of %s is %s', (language, word, stem) => {
    expect([stemmerFor(language)?.(word), stemmerFor(language)?.(word)]).toEqual([stem, stem]);
  });

  it('has none for a language it does not know', () => {
    expect([stemmerFor('klingon'), stemmerFor('English'), stemmerFor('')]).toEqual([undefined, undefined, undefined]);
  });

  it('remembers no more words than it may', () => {
    const stem = stemmerFor('english');
    for (let at = 0; at < 25_000; at++) stem?.(`walking${at}`);
    expect(stem?.('walking')).toBe('walk');
  });
});
