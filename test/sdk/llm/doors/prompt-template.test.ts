import { cutPrompt } from '#sdk/llm/doors/prompt-template.js';

const llama3 = (system: string, user: string): string =>
  `<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n${system}<|eot_id|>` +
  `<|start_header_id|>user<|end_header_id|>\n\n${user}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n`;

test.each([
  ['Llama 3', llama3('Be brief.', 'Why?'), 'Why?'],
  [
    'Llama 4',
    '<|begin_of_text|><|header_start|>user<|header_end|>\n\nWhy?<|eot|><|header_start|>assistant<|header_end|>',
    'Why?',
  ],
  ['Mistral', '<s>[INST] Hello [/INST] Hi!</s>[INST] Why? [/INST]', 'Why?'],
  ['Llama 2', '<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nWhy? [/INST]', 'Why?'],
  ['Titan', 'User: Why?\nBot:', 'Why?'],
])('cuts the last turn of the user out of a prompt of %s', (_name, prompt, turn) => {
  const cut = cutPrompt(prompt);
  expect(cut?.lastUserTurn).toBe(turn);
  const [before, lead, after] = cut?.around ?? [];
  expect(`${before}${lead}${turn}`).toBe(prompt.slice(0, prompt.lastIndexOf(turn) + turn.length));
  expect(prompt.endsWith(String(after))).toBe(true);
});

test('keeps what is around the turn: another system prompt is another conversation', () => {
  const one = cutPrompt(llama3('Be brief.', 'Why?'));
  const other = cutPrompt(llama3('Be long.', 'Why?'));
  expect(one?.lastUserTurn).toBe(other?.lastUserTurn);
  expect(one?.around).not.toEqual(other?.around);
  expect(cutPrompt(llama3('Be brief.', 'How?'))?.around).toEqual(one?.around);
});

test('takes a prompt without signs as it is, and none whose signs it does not know', () => {
  expect(cutPrompt('Why is the sky blue?')).toEqual({ lastUserTurn: 'Why is the sky blue?', around: [] });
  for (const prompt of [
    '<|im_start|>user\nWhy?<|im_end|>',
    '\n\nHuman: Why?\n\nAssistant:',
    '<start_of_turn>user\nWhy?',
    '[INST] Why?',
  ]) {
    expect(cutPrompt(prompt)).toBeUndefined();
  }
  expect(cutPrompt('<|start_header_id|>user<|end_header_id|>\n\n<|eot_id|>')?.lastUserTurn).toBe('');
});
