import { transformsInTags } from '#server/features/transform-tags.js';

test('each tag with the prefix is a transform, in their order', () => {
  const tags = [
    { Key: 'nearkey:transform:rate', Value: '@a / @b' },
    { Key: 'team', Value: 'x' },
    { Key: 'nearkey:transform:', Value: '' },
  ];
  expect(transformsInTags(tags)).toEqual([
    { Name: 'rate', Expression: '@a / @b' },
    { Name: '', Expression: '' },
  ]);
  expect(transformsInTags(tags.slice(1, 2))).toBeUndefined();
});
