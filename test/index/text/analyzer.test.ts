import { Analyzer } from '#index/text/analyzer.js';
import { defaultTextSettings } from '#index/text/text-settings.js';

const analyzer = new Analyzer(defaultTextSettings);
const stems = { hasStems: true, hasSounds: false };

describe('an analyzer', () => {
  it('leaves stop words out and gives stems where they are other words', () => {
    expect(analyzer.field(2, 'The Runners are running to Rome', stems)).toEqual({
      field: 2,
      words: ['runners', 'running', 'rome'],
      stems: ['runner', 'run', undefined],
    });
  });

  it('gives no stems to short words, to fields without them, or in a language it does not know', () => {
    expect(analyzer.field(0, 'cats ads', stems).stems).toEqual(['cat', undefined]);
    expect(analyzer.field(0, 'cats', { ...stems, hasStems: false }).stems).toEqual([undefined]);
    expect(analyzer.field(0, 'cats', stems, 'klingon').stems).toEqual([undefined]);
    expect(analyzer.field(0, 'häuser', stems, 'german').stems).toEqual(['haus']);
  });

  it('gives sounds to fields that are found by them', () => {
    const reading = { hasStems: false, hasSounds: true };
    expect(analyzer.field(0, 'the Kat of 2015', reading)).toEqual({
      field: 0,
      words: ['kat', '2015'],
      stems: [undefined, undefined],
      sounds: ['KT', undefined],
    });
  });

  it('stems words of queries however short they are', () => {
    expect([analyzer.stem('ads'), analyzer.stem('Häuser', 'german'), analyzer.stem('ads', 'klingon')]).toEqual([
      'ad',
      'haus',
      undefined,
    ]);
  });

  it('knows its stop words', () => {
    expect([analyzer.isStopWord('the'), analyzer.isStopWord('cat')]).toEqual([true, false]);
    expect(analyzer.words('The cat')).toEqual(['the', 'cat']);
  });
});
