import { Scanner } from '#index/query/scanner.js';
import { QueryScope } from '#index/query/scope.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const scope = (): QueryScope => new QueryScope({ schema: catalogSchema, parameters: catalogParameters });

describe('QueryScope', () => {
  it('finds fields by alias only', () => {
    expect(scope().field('v', 0).identifier).toBe('embedding');
    expect(() => scope().field('embedding', 4)).toThrow('Index field `embedding` does not exist');
    expect(() => scope().vectorField('price', 4)).toThrow('Index field `price` is not a Vector index');
  });

  it('replaces parameters and remembers them', () => {
    const used = scope();
    expect(used.textOf('$name', 0)).toBe('dist');
    expect(used.textOf('name', 0)).toBe('name');
    expect(used.numberOf('$five', new Scanner(''), 0)).toBe(5);
    expect([...used.parametersUsed]).toEqual(['name', 'five']);
  });

  it('gives each distance a name of its own', () => {
    const names = scope();
    expect(names.distanceName('d', 0)).toBe('d');
    expect(() => names.distanceName('d', 0)).toThrow('specified more than once');
    expect(() => names.distanceName('price', 0)).toThrow('already exists in schema');
  });

  it('takes some limits and defaults the others', () => {
    const { limits } = new QueryScope({ schema: catalogSchema, limits: { knnMax: 3 } });
    expect(limits.knnMax).toBe(3);
    expect(limits.queryBytesMax).toBe(10_240);
  });
});
