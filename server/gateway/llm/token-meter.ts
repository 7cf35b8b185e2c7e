/**
 * The tokens of an answer, read off its text as it passes, whatever becomes of the answer: cut off, filtered or whole, it was paid for.
 *
 * Providers name them at a place of their own, and in streams more than once, each time all of them so far: the largest number of each
 * kind counts. A model that writes such a name itself changes nothing, since inside a text of JSON its quotes are escaped.
 */

type Kind = 'input' | 'output';

/** What providers call them: OpenAI, Anthropic and OpenAI's responses, Converse, and the families of InvokeModel. */
const kinds: Readonly<Record<string, Kind>> = {
  prompt_tokens: 'input',
  input_tokens: 'input',
  inputTokens: 'input',
  prompt_token_count: 'input',
  inputTextTokenCount: 'input',
  inputTokenCount: 'input',
  completion_tokens: 'output',
  output_tokens: 'output',
  outputTokens: 'output',
  generation_token_count: 'output',
  tokenCount: 'output',
  outputTokenCount: 'output',
};
const counted = new RegExp(`"(${Object.keys(kinds).join('|')})"\\s*:\\s*(\\d{1,15})(?=\\D)`, 'g');
/** Longer than a name and its number: what is cut between two texts is in the next one whole. */
const CARRY_CHARS = 80;

export class TokenMeter {
  readonly #most: Record<Kind, number> = { input: 0, output: 0 };
  #carry = '';

  get tokens(): number {
    return this.#most.input + this.#most.output;
  }

  /** @param text of JSON, or of events whose data is JSON; the next text goes on where it ends */
  hear(text: string): void {
    const heard = this.#carry + text;
    for (const [, name = '', digits] of heard.matchAll(counted)) {
      const kind = kinds[name];
      if (kind !== undefined) this.#most[kind] = Math.max(this.#most[kind], Number(digits));
    }
    this.#carry = heard.slice(-CARRY_CHARS);
  }
}
