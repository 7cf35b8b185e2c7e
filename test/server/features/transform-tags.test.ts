import { tagsInStep, transformsInTags, withoutTags, withTags } from '#server/features/transform-tags.js';
import { newGroup } from '../../contract/feature-store.js';

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

const tag = (name: string, Value: string) => ({ Key: `nearkey:transform:${name}`, Value });
const plain = { ...newGroup('g', 0), generation: 1 };
const transforms = [
  { name: 'x', expression: '1' },
  { name: 'y', expression: '2' },
];
const group = { ...plain, online: { storageType: 'InMemory' as const, transforms }, tags: [tag('y', '2')] };

test('tags that are added replace the transforms of their names, or come behind them', () => {
  const { online, tags } = withTags(group, [tag('z', '4'), tag('x', '3'), { Key: 'team', Value: '' }]);
  expect(online?.transforms).toEqual([
    { name: 'x', expression: '3' },
    { name: 'y', expression: '2' },
    { name: 'z', expression: '4' },
  ]);
  expect(tags).toEqual([tag('y', '2'), tag('z', '4'), tag('x', '3'), { Key: 'team', Value: '' }]);
});

test('tags that are taken away take their transforms along', () => {
  expect(withoutTags(group, ['nearkey:transform:y'])).toMatchObject({
    online: { transforms: [transforms[0]] },
    tags: [],
  });
  expect(withoutTags(group, ['nearkey:transform:x'])).toEqual(group);
  const last = { ...group, online: { ...group.online, transforms: transforms.slice(1) } };
  expect(withoutTags(last, ['nearkey:transform:y']).online?.transforms).toBeUndefined();
});

test('other tags leave transforms as they are', () => {
  const added = withTags(group, [{ Key: 'team', Value: 'x' }]);
  expect(added.online).toBe(group.online);
  expect(withoutTags(added, ['team'])).toEqual(group);
});

test('a group that is not online has no transforms', () => {
  const offline = { ...group, online: undefined };
  expect(() => withTags(offline, [tag('x', '1')])).toThrow('g has no online store');
  expect(withoutTags(offline, ['nearkey:transform:y']).tags).toEqual([]);
});

test('no tag stays that says something else than the transforms', () => {
  const team = { Key: 'team', Value: 'x' };
  expect(tagsInStep([tag('x', '1'), team, tag('y', '3'), tag('z', '1')], transforms)).toEqual([tag('x', '1'), team]);
  expect(tagsInStep([tag('x', '1')], undefined)).toEqual([]);
});
