import { Scanner } from '#index/query/scanner.js';

describe('Scanner', () => {
  it('steps over literals, patterns and characters', () => {
    const scanner = new Scanner('ab  12é');
    expect(scanner.take('x')).toBe(false);
    expect(scanner.take('ab')).toBe(true);
    scanner.skipBlanks();
    expect(scanner.match(/[a-z]+/y)).toBeUndefined();
    expect(scanner.match(/\d+/y)).toBe('12');
    expect(scanner.sees('é')).toBe(true);
    expect(scanner.takeAny()).toBe('é');
    expect(scanner.done).toBe(true);
    expect(scanner.takeAny()).toBe('');
    scanner.rewind(1);
    expect(scanner.next).toBe('b');
  });

  it('says where it failed and what is there', () => {
    const scanner = new Scanner('one two');
    scanner.take('one');
    expect(() => scanner.fail('no')).toThrow('Syntax error at offset 3 near two: no');
    expect(() => scanner.expect('three', 'no three')).toThrow('no three');
    expect(() => scanner.fail('no', 7)).toThrow('Syntax error at offset 7 near the end of the query: no');
  });

  it('quotes only the beginning of a long word', () => {
    expect(() => new Scanner('x'.repeat(500)).fail('no')).toThrow(/^Syntax error at offset 0 near x{24}: no$/);
  });
});
