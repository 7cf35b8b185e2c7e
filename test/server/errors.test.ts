import { cText, errorFor, errors, ReplyError } from '#server/errors.js';

test('every error begins with its code', () => {
  // RedisJSON gives some of its errors no code, and clients know them by their text.
  const coded = Object.entries(errors).filter(([name]) => !name.startsWith('json'));
  for (const [, { message }] of coded) expect(message).toMatch(/^[A-Z]+ \S/);
});

test('fixed errors are told apart by their texts', () => {
  const texts = Object.values(errors).map(({ message }) => message);
  expect(new Set(texts).size).toBe(texts.length);
});

test('an error carries no stack: it is made on the path of commands', () => {
  expect(new ReplyError('ERR no')).not.toBeInstanceOf(Error);
});

test('quoted arguments end at a zero byte, as C reads them, and stay bytes', () => {
  expect(cText('a\0b')).toBe('a');
  expect(cText('ab')).toBe('ab');
  const { message, encoding } = errorFor.unknownCommand('f\xfc\0x', "'a' ");
  expect(message).toBe("ERR unknown command 'f\xfc', with args beginning with: 'a' ");
  expect(encoding).toBe('latin1');
});

test('EXEC refused says why, without the general code', () => {
  expect(errorFor.execAborted(errors.syntax).message).toBe('EXECABORT Transaction discarded because of: syntax error');
  expect(errorFor.execAborted(errors.wrongType).message).toContain('because of: WRONGTYPE Operation');
});
