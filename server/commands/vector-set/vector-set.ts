/** The commands of vector sets. */
import type { CommandEntry } from '../command.js';
import { vectorSetChangeCommands } from './vector-set-change.js';
import { vectorSetReadCommands } from './vector-set-read.js';
import { vectorSetSearchCommands } from './vector-set-search.js';

export const vectorSetCommands: readonly CommandEntry[] = [
  ...vectorSetChangeCommands,
  ...vectorSetSearchCommands,
  ...vectorSetReadCommands,
];
