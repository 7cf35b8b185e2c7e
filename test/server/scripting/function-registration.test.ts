import { FUNCTION_NAME, type RegisteredFunction, registerFunction } from '#server/scripting/function-registration.js';
import { TestSandbox } from '../../support/lua.js';

function registering(): { sandbox: TestSandbox; taken: RegisteredFunction[] } {
  const taken: RegisteredFunction[] = [];
  const sandbox = new TestSandbox((machine) => ({
    redis: {
      functions: {
        register_function: registerFunction(machine, (registered) => {
          if (registered.name === 'taken') return 'Function already exists in the library';
          taken.push(registered);
          return undefined;
        }),
      },
    },
  }));
  return { sandbox, taken };
}

describe('redis.register_function', () => {
  test('takes a name and a function, or a table', () => {
    const { sandbox, taken } = registering();
    sandbox.text("redis.register_function('a', function() end) return 1");
    sandbox.text(
      "redis.register_function{function_name = 'b', callback = function() end, description = 'd', flags = {'no-writes'}} return 1",
    );
    expect(taken.map(({ name, description, flags }) => [name, description, flags.noWrites])).toEqual([
      ['a', undefined, false],
      ['b', 'd', true],
    ]);
  });

  test.each([
    ['', 'wrong number of arguments'],
    ["'f', 1", 'second argument to redis.register_function must be a function'],
    ["'bad-name', function() end", 'can only contain letters'],
    ["{function_name = 'f'}", 'must get a callback argument'],
    ['{callback = function() end}', 'must get a function name argument'],
    ["{function_name = 'f', callback = function() end, flags = {'bogus'}}", 'unknown flag given'],
    ["{function_name = 'f', callback = function() end, bogus = 1}", 'unknown argument given'],
    ["'taken', function() end", 'Function already exists in the library'],
  ])('refuses (%s)', (args, message) => {
    const { sandbox, taken } = registering();
    expect(() => sandbox.text(`redis.register_function(${args})`)).toThrow(message);
    expect(taken).toEqual([]);
  });

  test('names are letters, digits and underscores', () => {
    expect(['a_1', '', 'a-b', 'a b'].map((name) => FUNCTION_NAME.test(name))).toEqual([true, false, false, false]);
  });
});
