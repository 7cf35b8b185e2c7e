import { systemScheduler } from '#server/base/scheduler.js';
import { Config } from '#server/config/config.js';
import { createVectorEngine } from '#server/search/create-vector-engine.js';

const none = (): string => 'no compiler';

function make(choice: string, load?: () => string): [name: string, notices: string[]] {
  const notices: string[] = [];
  const logger = {
    notice: (text: string) => void notices.push(text),
    warning: () => undefined,
    error: () => undefined,
  };
  const config = new Config();
  config.setText('vector-engine', choice);
  return [createVectorEngine(config, logger, systemScheduler, load).name, notices];
}

test('takes the native engine where it was built, and hnswlib where that is wanted', () => {
  expect(make('auto')).toEqual(['native', []]);
  expect(make('native')).toEqual(['native', []]);
  expect(make('hnswlib')).toEqual(['hnswlib', []]);
});

test('falls back, and says so, unless the native one is demanded', () => {
  const notice = 'indexing vectors by hnswlib-node, which is slower: the native engine was not built (no compiler)';
  expect(make('auto', none)).toEqual(['hnswlib', [notice]]);
  expect(() => make('native', none)).toThrow('the native vector engine was not built: no compiler');
});
