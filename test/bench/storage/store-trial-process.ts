/** The process of one trial: takes a candidate and its options from its parent, answers the result. */
import { runTrial, type TrialOptions } from './store-trial.js';
import { createStore, type StoreName } from './string-store.js';

process.once('message', async ({ name, options }: { name: StoreName; options: TrialOptions }) => {
  process.send?.(await runTrial(createStore(name), options));
  process.disconnect();
});
