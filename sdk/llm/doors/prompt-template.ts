/**
 * Prompts in which turns are marked by a model's own signs, as models without messages are asked: the last turn of the user is cut out of
 * what is around it.
 */
import type { JsonValue } from '../../semantic-cache/cache-scope.js';

export interface CutPrompt {
  readonly lastUserTurn: string;
  /** What is before and after it. */
  readonly around: readonly JsonValue[];
}

/** What a user's turn stands between: Llama 3, Llama 4, Mistral and Llama 2, Titan. */
const templates: readonly { readonly start: string; readonly end: string }[] = [
  { start: '<|start_header_id|>user<|end_header_id|>', end: '<|eot_id|>' },
  { start: '<|header_start|>user<|header_end|>', end: '<|eot|>' },
  { start: '[INST]', end: '[/INST]' },
  { start: 'User:', end: '\nBot:' },
];
/** Where the system prompt of Llama 2 ends, inside the first turn. */
const systemEnd = '<</SYS>>';
/** What looks like a sign of a template, and is of none above. */
const foreignSign =
  /<\|[\w-]+\|>|<\/?s>|\[\/?[A-Z_]{3,}\]|<<SYS>>|<(?:start|end)_of_turn>|\n\n(?:Human|Assistant):|\nBot:/;

/** @returns undefined when there are signs that are not understood; a prompt without any is a turn of the user as a whole */
export function cutPrompt(prompt: string): CutPrompt | undefined {
  for (const { start, end } of templates) {
    const from = prompt.lastIndexOf(start);
    const to = prompt.indexOf(end, from + start.length);
    if (from === -1 || to === -1) continue;
    const system = prompt.lastIndexOf(systemEnd, to);
    const begin = system > from ? system + systemEnd.length : from + start.length;
    const turn = prompt.slice(begin, to);
    const lastUserTurn = turn.trim();
    const [lead = ''] = turn.split(lastUserTurn, 1);
    return { lastUserTurn, around: [prompt.slice(0, begin), lead, prompt.slice(to)] };
  }
  return foreignSign.test(prompt) ? undefined : { lastUserTurn: prompt, around: [] };
}
