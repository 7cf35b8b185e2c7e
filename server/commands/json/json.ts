/** The JSON commands. */
import type { CommandEntry } from '../command.js';
import { jsonArrayCommands } from './json-array.js';
import { jsonDebugCommands } from './json-debug.js';
import { jsonDeleteCommands } from './json-delete.js';
import { jsonGetCommands } from './json-get.js';
import { jsonNumberCommands } from './json-number.js';
import { jsonObjectCommands } from './json-object.js';
import { jsonSetCommands } from './json-set.js';
import { jsonStringCommands } from './json-string.js';

export const jsonCommands: readonly CommandEntry[] = [
  ...jsonSetCommands,
  ...jsonGetCommands,
  ...jsonDeleteCommands,
  ...jsonNumberCommands,
  ...jsonStringCommands,
  ...jsonObjectCommands,
  ...jsonArrayCommands,
  ...jsonDebugCommands,
];
