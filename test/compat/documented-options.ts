/** The options of every command, as COMMAND DOCS describes its arguments. */
import type { RawConnection } from '../support/raw-connection.js';
import { entriesOf, parseReply, type ReplyTree } from '../support/reply-tree.js';

export interface Option {
  /** In upper case, a subcommand behind its container. */
  readonly command: string;
  /** One word in upper case; a token of two words is two options. */
  readonly token: string;
}

export async function documentedOptions(connection: RawConnection): Promise<readonly Option[]> {
  return optionsOf(parseReply(await connection.call('COMMAND', 'DOCS')));
}

function optionsOf(docs: ReplyTree): Option[] {
  return entriesOf(docs).flatMap(([name, facts]) => {
    const command = (name.text ?? '').replace('|', ' ').toUpperCase();
    const tokens = fieldOf(facts, 'arguments').items.flatMap(tokensOf);
    return [...tokens.map((token) => ({ command, token })), ...optionsOf(fieldOf(facts, 'subcommands'))];
  });
}

function tokensOf(argument: ReplyTree): string[] {
  const own = (fieldOf(argument, 'token').text ?? '').toUpperCase().split(' ').filter(Boolean);
  return [...own, ...fieldOf(argument, 'arguments').items.flatMap(tokensOf)];
}

/** A field of a map; an empty list if it has none. */
function fieldOf(map: ReplyTree, name: string): ReplyTree {
  return entriesOf(map).find(([key]) => key.text === name)?.[1] ?? { type: '*', text: '', items: [] };
}
