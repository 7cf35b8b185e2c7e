import { JsonValue } from '#server/types/json.js';
import { valueHome } from '../../support/value-home.js';
import { tapeOf, textOf } from '../json/documents.js';

function document(json: string, home = valueHome()): JsonValue {
  const value = new JsonValue(home);
  value.setRoot(tapeOf(json));
  return value;
}

describe('a JSON document', () => {
  test('is null before it is given a value, and counts as one', () => {
    const value = new JsonValue(valueHome());
    expect([textOf(value.tape), value.size, value.encoding]).toEqual(['null', 1, 'raw']);
  });

  test('has parts replaced by longer and shorter ones, the heads around them corrected', () => {
    const value = document('{"a":[1,2],"b":3}');
    const one = 9 + 2 + 9;
    value.replace(one, [0, 11], tapeOf('"a longer text"'));
    value.validate();
    expect(textOf(value.tape)).toBe('{"a":["a longer text",2],"b":3}');
    value.replace(one, [0, 11], tapeOf('null'));
    value.validate();
    expect(textOf(value.tape)).toBe('{"a":[null,2],"b":3}');
  });

  test('takes members in and gives them up', () => {
    const value = document('[1,2]');
    value.insert(10, [0], Buffer.concat([tapeOf('[]'), tapeOf('"x"')]), 2);
    value.validate();
    expect(textOf(value.tape)).toBe('[1,[],"x",2]');
    value.remove(9, 19, [0], 2);
    value.validate();
    expect(textOf(value.tape)).toBe('["x",2]');
  });

  test('grows and shrinks over the size classes of the arena, and gives its memory back', () => {
    const home = valueHome();
    const value = document('[]', home);
    const element = tapeOf(`"${'x'.repeat(100)}"`);
    for (let i = 0; i < 500; i++) {
      value.insert(value.tape.length, [0], element, 1);
      expect(value.memoryBytes()).toBeGreaterThanOrEqual(value.tape.length);
    }
    value.validate();
    expect(value.memoryBytes()).toBeLessThan(value.tape.length * 1.3);
    for (let i = 0; i < 500; i++) value.remove(9, 9 + element.length, [0], 1);
    value.validate();
    expect(value.memoryBytes()).toBeLessThan(100);
    value.free();
    expect(home.arena.liveBytes).toBe(0);
    home.arena.validate();
  });

  test('is copied into another home', () => {
    const home = valueHome();
    const copy = document('{"a":[1,{"b":null}]}').copyTo(home);
    copy.validate();
    expect(textOf(copy.tape)).toBe('{"a":[1,{"b":null}]}');
    expect(home.arena.liveBytes).toBe(copy.memoryBytes());
  });
});
