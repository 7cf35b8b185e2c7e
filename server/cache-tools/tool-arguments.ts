/** What is typed after `nearkey cache TOOL`: options with a value (`--name value` or `--name=value`), switches, and operands such as a file. */

/** A line for the person who typed it. */
export interface Mistake {
  readonly mistake: string;
}

/** What a tool takes. */
export interface ToolForm {
  /** Options with what they are where they are not given. */
  readonly options: ReadonlyMap<string, string | undefined>;
  readonly switches?: ReadonlySet<string>;
  /** At most so many arguments that are no options. */
  readonly operandsMax?: number;
}

export interface ToolArguments {
  readonly options: ReadonlyMap<string, string | undefined>;
  /** Those that were given. */
  readonly switches: ReadonlySet<string>;
  readonly operands: readonly string[];
}

export function readToolArguments(
  argv: readonly string[],
  { options: defaults, switches: known = new Set(), operandsMax = 0 }: ToolForm,
): ToolArguments | Mistake {
  const options = new Map(defaults);
  const switches = new Set<string>();
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    const equals = argument.indexOf('=');
    const name = equals === -1 ? argument : argument.slice(0, equals);
    if (known.has(argument)) switches.add(argument);
    else if (options.has(name)) {
      const value = equals === -1 ? argv[++at] : argument.slice(equals + 1);
      if (value === undefined) return { mistake: `${name} needs a value` };
      options.set(name, value);
    } else if (argument.startsWith('-')) return { mistake: `unknown option '${name}'` };
    else if (operands.length < operandsMax) operands.push(argument);
    else return { mistake: `unexpected argument '${argument}'` };
  }
  return { options, switches, operands };
}
