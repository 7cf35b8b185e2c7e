import { z } from 'zod';
import { checked, parseJson } from '#server/features/request-body.js';

const schema = z.object({ a: z.object({ b: z.string() }) });

test('says where a body breaks which rule', () => {
  expect(parseJson(schema, Buffer.from('{"a":{"b":"x","more":1}}'))).toEqual({ a: { b: 'x' } });
  expect(() => parseJson(schema, Buffer.from('{"a":{"b":5}}'))).toThrow(
    "1 validation error detected: Value at 'a.b' failed to satisfy constraint: ",
  );
  expect(() => parseJson(schema, Buffer.from('{'))).toThrow('not valid JSON');
  expect(() => parseJson(schema, Buffer.alloc(0))).toThrow("Value at 'a'");
  expect(() => checked(schema, null)).toThrow("Value at 'request'");
});

test('tells at most ten of many', () => {
  const many = z.array(z.string());
  expect(() =>
    checked(
      many,
      Array.from({ length: 1_000 }, () => 1),
    ),
  ).toThrow(/^1000 validation errors detected: (Value at '\d+' [^;]*(; )?){10}$/);
});
