/**
 * The content of a turn as OpenAI's completions and responses have it: a text, or a list of parts.
 */
import type { JsonValue } from '../../semantic-cache/cache-scope.js';
import { listOf, membersOf, stringOf } from './json-reading.js';

/**
 * The text of a turn, and what else there is in it.
 * @param textTypes the types of parts that are text
 */
export function contentOf(
  content: JsonValue | undefined,
  textTypes: ReadonlySet<string>,
): { readonly text: string; readonly media: readonly JsonValue[] } {
  if (typeof content === 'string') return { text: content, media: [] };
  const texts: string[] = [];
  const media: JsonValue[] = [];
  for (const part of listOf(content)) {
    const { type, text } = membersOf(part) ?? {};
    if (textTypes.has(stringOf(type) ?? '') && typeof text === 'string') texts.push(text);
    else media.push(part);
  }
  return { text: texts.join('\n'), media };
}
