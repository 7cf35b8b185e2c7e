/**
 * Which differences between two prompts never matter. Deliberately few: what is removed here can never tell two questions
 * apart again.
 *
 * `normalisePrompt` is what is embedded and shown to the guard: Unicode NFC (one spelling for each accented letter), every
 * run of white space becomes one space, none at the ends. Case stays: embedders and names use it.
 * `exactPrompt` is what the exact tier compares: the same, in lower case. Equality without case is the rule of LangCache's
 * `exact` strategy. Punctuation, word order and everything else stay.
 *
 * Both are idempotent.
 */

export function normalisePrompt(prompt: string): string {
  return prompt.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

export function exactPrompt(prompt: string): string {
  return normalisePrompt(prompt).toLowerCase().normalize('NFC');
}
