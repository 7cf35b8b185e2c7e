/**
 * What clients take for modules: parts of the server that are modules in Redis. Libraries look for names and least versions
 * before they use a part's commands. A version here is that of the Redis module whose commands the part has.
 */
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { CommandGroup } from './command.js';

interface Module {
  readonly name: string;
  readonly version: number;
  readonly group: CommandGroup;
}

export const MODULES: readonly Module[] = [
  { name: 'search', version: 80_200, group: 'search' },
  { name: 'ReJSON', version: 80_200, group: 'json' },
  { name: 'vectorset', version: 1, group: 'vector-set' },
];

/** As MODULE LIST and HELLO tell it. */
export function writeModules(reply: ReplyWriter): void {
  reply.array(MODULES.length);
  for (const { name, version } of MODULES) {
    reply.map(4);
    reply.bulkText('name');
    reply.bulkText(name);
    reply.bulkText('ver');
    reply.integer(version);
    reply.bulkText('path');
    reply.bulkText('');
    reply.bulkText('args');
    reply.array(0);
  }
}
