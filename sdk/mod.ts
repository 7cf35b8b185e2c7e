/** What an application imports from `@nearkey/sdk`. */
export type { CommandArgument, Commander, CommandReply } from './commander.js';
