import { groupArn, groupNameIn } from '#sdk/features/group-name.js';

test('a group is named by its name or by its ARN', () => {
  expect(groupNameIn('Orders-fg')).toBe('Orders-fg');
  expect(groupNameIn('arn:aws:sagemaker:us-east-1:123456789012:feature-group/orders-fg')).toBe('orders-fg');
  expect(groupNameIn(groupArn('Orders-fg', 'cn-north-1', '000000000000'))).toBe('orders-fg');
});

test.each([
  '',
  '-a',
  'a b',
  'arn:aws:s3:::bucket',
  'arn:aws:sagemaker:us-east-1:1:feature-group/a',
  'arn:aws:sagemaker:us-east-1:123456789012:feature-group/',
  'arn:aws:sagemaker:us-east-1:123456789012:model/a',
  'a'.repeat(300),
])('%j names no group', (text) => {
  expect(() => groupNameIn(text)).toThrow('is no name of a feature group');
});
