/** The search commands, in the order of the documentation. */
import type { CommandEntry } from '../command.js';
import { ftAggregate } from './ft-aggregate.js';
import { aliasCommands } from './ft-alias.js';
import { alterCommands } from './ft-alter.js';
import { ftConfig } from './ft-config.js';
import { createCommands } from './ft-create.js';
import { ftCursor } from './ft-cursor.js';
import { dictionaryCommands } from './ft-dictionary.js';
import { dropCommands } from './ft-dropindex.js';
import { explainCommands } from './ft-explain.js';
import { ftHybrid } from './ft-hybrid.js';
import { ftInfo } from './ft-info.js';
import { ftList } from './ft-list.js';
import { ftProfile } from './ft-profile.js';
import { ftSearch } from './ft-search.js';
import { ftSpellCheck } from './ft-spellcheck.js';
import { suggestCommands } from './ft-suggest.js';
import { synonymCommands } from './ft-synonyms.js';
import { ftTagVals } from './ft-tagvals.js';

export const searchCommands: readonly CommandEntry[] = [
  ftAggregate,
  ...alterCommands,
  ...aliasCommands,
  ftConfig,
  ...createCommands,
  ftCursor,
  ...dictionaryCommands,
  ...dropCommands,
  ...explainCommands,
  ftHybrid,
  ftInfo,
  ftList,
  ftProfile,
  ftSearch,
  ftSpellCheck,
  ...suggestCommands,
  ...synonymCommands,
  ftTagVals,
];
