import { sandboxSource } from '#server/scripting/sandbox-source.js';
import { TestSandbox } from '../../support/lua.js';

describe("the sandbox's Lua side", () => {
  test('is ASCII, so that its bytes are its characters', () => {
    expect(sandboxSource).toMatch(/^[\n -~]*$/);
  });

  test('tells where an error happened, past functions in C and its own', () => {
    const sandbox = new TestSandbox();
    const { machine } = sandbox;
    const placeOf = (source: string): string => {
      expect(() => sandbox.push(source)).toThrow();
      machine.getField(machine.main, -1, 'line');
      return machine.takeLatin1(machine.main);
    };
    expect(placeOf("local a = 1\n\nerror('x')")).toBe('3');
    expect(placeOf('\nstring.rep()')).toBe('2');
    expect(placeOf("\nload('x')")).toBe('2');
  });
});
