import { changesInTags, historyInTags } from '#server/features/history-tags.js';

const tags = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, Value]) => ({ Key: `nearkey:${key}`, Value }));

test('tags say what is kept, and nothing where there are none', () => {
  expect(historyInTags(tags({ 'max-versions': '5' }))).toEqual({ MaxVersions: 5, Window: undefined });
  expect(historyInTags(tags({ 'max-versions': '5', 'version-window': '30 Days' }))).toEqual({
    MaxVersions: 5,
    Window: { Unit: 'Days', Value: 30 },
  });
  expect(changesInTags(tags({ 'change-stream': '1000' }))).toEqual({ MaxLength: 1_000 });
  expect([historyInTags(tags({ other: '1' })), changesInTags([])]).toEqual([undefined, undefined]);
});

test.each([
  { 'max-versions': 'x' },
  { 'max-versions': '0' },
  { 'version-window': '30' },
  { 'version-window': 'Days 3' },
])('%j is refused', (values) => {
  expect(() => historyInTags(tags(values))).toThrow('The tag nearkey:max-versions is a number');
});

test('a stream without a length is refused', () => {
  expect(() => changesInTags(tags({ 'change-stream': '' }))).toThrow('nearkey:change-stream is the length');
});
