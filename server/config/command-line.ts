/**
 * Where settings come from, weakest first: the table's defaults, the configuration file, the environment, the command
 * line. Every source speaks the table's names; a mistake is a `ConfigError` that says where it stands.
 */

import type { Config } from './config.js';
import { ConfigError } from './config-error.js';
import { SETTING_NAMES, SETTINGS, type Setting, settingNamed } from './config-table.js';

export interface CommandLine {
  readonly help: boolean;
  readonly version: boolean;
  /** Path of the configuration file, the first argument that is not an option. */
  readonly configFile: string | undefined;
  readonly settings: readonly (readonly [name: string, text: string])[];
}

/**
 * Reads `[file] [--name value | --name=value | --flag | --no-flag] ...`.
 * @throws ConfigError for an option the table does not know or one without its value
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const settings: [string, string][] = [];
  let configFile: string | undefined;
  let help = false;
  let version = false;
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    if (argument === '--help' || argument === '-h') help = true;
    else if (argument === '--version' || argument === '-v') version = true;
    else if (argument.startsWith('--')) {
      const { name, value, used } = parseOption(argument.slice(2), argv[at + 1]);
      settings.push([name, value]);
      at += used;
    } else if (configFile === undefined && !argument.startsWith('-') && argument !== '') configFile = argument;
    else throw new ConfigError(`unexpected argument '${argument}' (options are written --name value; see --help)`);
  }
  return { help, version, configFile, settings };
}

function parseOption(option: string, next: string | undefined): { name: string; value: string; used: number } {
  const equals = option.indexOf('=');
  const typed = equals < 0 ? option : option.slice(0, equals);
  const negated = typed.startsWith('no-') ? settingNamed(typed.slice(3)) : undefined;
  if (negated !== undefined && SETTINGS[negated].kind === 'boolean') return { name: negated, value: 'no', used: 0 };
  const name = settingNamed(typed);
  if (name === undefined) throw new ConfigError(`unknown option '--${typed}'${suggestion(typed)} (see --help)`);
  if (equals >= 0) return { name, value: option.slice(equals + 1), used: 0 };
  const isFlag = SETTINGS[name].kind === 'boolean' && (next === undefined || next.startsWith('--'));
  if (isFlag) return { name, value: 'yes', used: 0 };
  if (next === undefined) throw new ConfigError(`option '--${typed}' needs a value`);
  return { name, value: next, used: 1 };
}

/** A known name that differs by little, for the error of an unknown one. */
function suggestion(typed: string): string {
  const near = SETTING_NAMES.find((name) => name.replaceAll('-', '') === typed.toLowerCase().replaceAll(/[-_]/g, ''));
  return near === undefined ? '' : `, did you mean '--${near}'?`;
}

/**
 * Reads a configuration file in Valkey's form: `directive value` a line, `#` comments, values optionally quoted.
 * @throws ConfigError naming file and line
 */
export function applyConfigFile(config: Config, path: string, text: string): void {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(trimmed) ?? [];
    const quoted = /^"(.*)"$|^'(.*)'$/.exec(rest);
    try {
      config.setText(name, quoted === null ? rest : (quoted[1] ?? quoted[2] ?? ''));
    } catch (error) {
      if (error instanceof ConfigError) throw new ConfigError(`${path}:${index + 1}: ${error.message}`);
      throw error;
    }
  }
}

/** Applies `NEARKEY_PORT`, `NEARKEY_HTTP_PORT` and so on. @throws ConfigError naming the variable */
export function applyEnvironment(config: Config, environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of SETTING_NAMES) {
    const variable = environmentName(name);
    const text = environment[variable];
    if (text === undefined) continue;
    try {
      config.setText(name, text);
    } catch (error) {
      if (error instanceof ConfigError) throw new ConfigError(`${variable}: ${error.message}`);
      throw error;
    }
  }
}

export function environmentName(setting: string): string {
  return `NEARKEY_${setting.toUpperCase().replaceAll('-', '_')}`;
}

/** The text of `--help`, from the table. */
export function helpText(version: string): string {
  const rows = SETTING_NAMES.map((name) => {
    const setting: Setting = SETTINGS[name];
    const value = setting.kind === 'boolean' ? (setting.default ? 'yes' : 'no') : String(setting.default);
    return [`--${name}`, setting.summary, setting.kind === 'text' && setting.secret ? '' : `[${value}]`] as const;
  });
  const width = Math.max(...rows.map(([option]) => option.length)) + 2;
  const lines = rows.map(([option, summary, value]) => `  ${option.padEnd(width)}${summary} ${value}`.trimEnd());
  return `nearkey ${version}: a cache server for AI applications

Usage: nearkey [config-file] [--name value ...]
       nearkey features --help
       nearkey cache --help

Options, with their defaults:
${lines.join('\n')}
  ${'--help'.padEnd(width)}Print this text.
  ${'--version'.padEnd(width)}Print the version.

Each option is also a directive of the configuration file and an environment variable (NEARKEY_HTTP_PORT).
The command line wins over the environment, the environment over the file.
`;
}
