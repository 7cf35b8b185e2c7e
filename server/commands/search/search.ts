/** The search commands, in the order of the documentation. */
import type { CommandEntry } from '../command.js';
import { ftCreate } from './ft-create.js';
import { ftDropIndex } from './ft-dropindex.js';
import { ftInfo } from './ft-info.js';
import { ftList } from './ft-list.js';
import { ftSearch } from './ft-search.js';

export const searchCommands: readonly CommandEntry[] = [ftCreate, ftDropIndex, ftInfo, ftList, ftSearch];
