/** The search commands, in the order of the documentation. */
import type { CommandEntry } from '../command.js';
import { aliasCommands } from './ft-alias.js';
import { ftAlter } from './ft-alter.js';
import { ftCreate } from './ft-create.js';
import { ftDropIndex } from './ft-dropindex.js';
import { explainCommands } from './ft-explain.js';
import { ftInfo } from './ft-info.js';
import { ftList } from './ft-list.js';
import { ftProfile } from './ft-profile.js';
import { ftSearch } from './ft-search.js';
import { ftTagVals } from './ft-tagvals.js';

export const searchCommands: readonly CommandEntry[] = [
  ftAlter,
  ...aliasCommands,
  ftCreate,
  ftDropIndex,
  ...explainCommands,
  ftInfo,
  ftList,
  ftProfile,
  ftSearch,
  ftTagVals,
];
