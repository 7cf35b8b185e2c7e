import { portableArithmetic } from '#sdk/embedders/sentence-encoder/arithmetic.js';

test('rectified outputs are not below 0, the others are as they come', () => {
  const weights = new Float32Array(16 * 16).fill(1);
  const layer = { inputs: 16, outputs: 16, weights, bias: new Float32Array(16) };
  const linears = portableArithmetic.linears([layer], 2);
  const input = Float32Array.from({ length: 32 }, (_, at) => (at < 16 ? 1 : -1));
  const rounded = (isRectified: boolean) => [...linears.apply(0, input, 2, isRectified)].map(Math.round);
  const [above, below] = [new Array<number>(16).fill(16), new Array<number>(16)];
  expect(rounded(false)).toEqual([...above, ...below.fill(-16)]);
  expect(rounded(true)).toEqual([...above, ...below.fill(0)]);
});
