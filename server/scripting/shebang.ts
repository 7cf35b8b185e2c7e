/** The first line of a script, `#!lua flags=no-writes,allow-oom`: says which engine runs it and what it may do. */
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { ScriptFlags } from './script-run.js';

const FLAG_FIELDS: Readonly<Record<string, keyof ScriptFlags>> = {
  'no-writes': 'noWrites',
  'allow-oom': 'allowOom',
  'allow-stale': 'allowStale',
  'no-cluster': 'noCluster',
  'allow-cross-slot-keys': 'allowCrossSlotKeys',
};

/** Flags by their names, in the order FUNCTION LIST tells them. */
const FLAG_NAMES: readonly string[] = Object.keys(FLAG_FIELDS);

export const UNDECLARED: ScriptFlags = {
  noWrites: false,
  allowOom: false,
  allowStale: false,
  noCluster: false,
  allowCrossSlotKeys: false,
  declared: false,
};

/** Flags from their names; undefined for a name that is none. */
export function flagsFrom(names: readonly string[]): ScriptFlags | undefined {
  const flags: Record<keyof ScriptFlags, boolean> = { ...UNDECLARED, declared: true };
  for (const name of names) {
    const field = FLAG_FIELDS[name];
    if (field === undefined) return undefined;
    flags[field] = true;
  }
  return flags;
}

/** The names of flags that are set. */
export function flagNames(flags: ScriptFlags): string[] {
  return FLAG_NAMES.filter((name) => {
    const field = FLAG_FIELDS[name];
    return field !== undefined && flags[field];
  });
}

export interface Shebang {
  readonly engine: string;
  /** The words after the engine. */
  readonly options: readonly string[];
  /** What follows the line; its line break stays, so that lines keep their numbers. */
  readonly body: string;
}

/** Takes the first line apart. @returns undefined when it does not end, or names no engine */
export function parseShebang(source: string): Shebang | undefined {
  const end = source.indexOf('\n');
  if (end < 0) return undefined;
  const [engine, ...options] = source
    .slice(0, end)
    .split(/[ \t\r\v\f]+/)
    .filter((word) => word !== '');
  return engine === undefined ? undefined : { engine, options, body: source.slice(end) };
}

/** Flags and body of an EVAL script. */
export function parseScript(source: string): { flags: ScriptFlags; body: string } | ReplyError {
  if (!source.startsWith('#!')) return { flags: UNDECLARED, body: source };
  const shebang = parseShebang(source);
  if (shebang === undefined) return errors.invalidShebang;
  if (shebang.engine !== '#!lua') return errorFor.unexpectedEngine(shebang.engine);
  const names: string[] = [];
  for (const option of shebang.options) {
    if (!option.startsWith('flags=')) return errorFor.unknownShebangOption(option);
    names.push(
      ...option
        .slice('flags='.length)
        .split(',')
        .filter((name) => name !== ''),
    );
  }
  const stranger = names.find((name) => !FLAG_NAMES.includes(name));
  if (stranger !== undefined) return errorFor.unexpectedFlag(stranger);
  return { flags: flagsFrom(names) ?? UNDECLARED, body: shebang.body };
}
