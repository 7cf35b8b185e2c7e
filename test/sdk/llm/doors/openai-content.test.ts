import { contentOf } from '#sdk/llm/doors/openai-content.js';

const textTypes = new Set(['text']);

test('is the text of a turn, and what is not text', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const parts = [{ type: 'text', text: 'What is' }, image, { type: 'text', text: 'this?' }];
  expect(contentOf(parts, textTypes)).toEqual({ text: 'What is\nthis?', media: [image] });
  expect(contentOf('What is this?', textTypes)).toEqual({ text: 'What is this?', media: [] });
  expect(contentOf(undefined, textTypes)).toEqual({ text: '', media: [] });
});

test('a part of another type, or of no form that is known, is not taken for text', () => {
  const parts = [{ type: 'input_text', text: 'a' }, { type: 'text', text: 7 }, { text: 'b' }, 'c', null];
  expect(contentOf(parts, textTypes)).toEqual({ text: '', media: parts });
});
