/**
 * Settings in force: parsed by the table, read by name with their types, changed by CONFIG SET.
 * A value that does not parse is a `ConfigError` whose message names the directive.
 */
import { INT64_MAX, parseInteger } from '../base/integer.js';
import { ConfigError } from './config-error.js';
import {
  SETTING_NAMES,
  SETTINGS,
  type Setting,
  type SettingName,
  type SettingValue,
  settingNamed,
  type TextSetting,
} from './config-table.js';

type RawValue = number | boolean | string;

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1e6,
  mb: 1024 ** 2,
  g: 1e9,
  gb: 1024 ** 3,
};

export class Config {
  readonly #values = new Map<SettingName, RawValue>();
  readonly #listeners: ((name: SettingName) => void)[] = [];

  constructor() {
    for (const name of SETTING_NAMES) this.#values.set(name, SETTINGS[name].default);
  }

  /** The value in force. */
  get<Name extends SettingName>(name: Name): SettingValue<Name> {
    const value = this.#values.get(name);
    if (!isValueOf(name, value)) throw new ConfigError(`setting '${name}' has no value`);
    return value;
  }

  /**
   * Sets a directive from text.
   * @throws ConfigError when there is no such directive or the text does not fit
   */
  setText(name: string, text: string): void {
    const known = settingNamed(name);
    if (known === undefined) throw new ConfigError(`unknown directive '${name}'`);
    try {
      this.#values.set(known, this.#withEarlier(known, parseSetting(SETTINGS[known], text)));
    } catch (error) {
      if (error instanceof ConfigError) throw new ConfigError(`bad value '${text}' for '${known}': ${error.message}`);
      throw error;
    }
    for (const listener of this.#listeners) listener(known);
  }

  /** A directive that may stand several times adds a line. */
  #withEarlier(name: SettingName, value: RawValue): RawValue {
    const setting: Setting = SETTINGS[name];
    const earlier = this.#values.get(name);
    return setting.kind === 'text' && setting.repeats && earlier !== '' ? `${earlier}\n${value}` : value;
  }

  /** Calls back after a setting has changed. */
  onChange(listener: (name: SettingName) => void): void {
    this.#listeners.push(listener);
  }

  /** The value as CONFIG GET answers it. */
  text(name: SettingName): string {
    const setting: Setting = SETTINGS[name];
    if (setting.kind === 'text' && setting.hidden) return '';
    const value = this.#values.get(name);
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    const text = typeof value === 'number' ? numberText(value) : String(value);
    return setting.kind === 'text' && setting.normal !== undefined ? setting.normal(text) : text;
  }
}

/**
 * Reads a value of a directive.
 * @throws ConfigError in the words of CONFIG SET
 */
export function parseSetting(setting: Setting, text: string): RawValue {
  switch (setting.kind) {
    case 'boolean':
      return parseBoolean(text);
    case 'text':
      return parseText(setting, text);
    case 'fraction': {
      const value = Number(text);
      if (text === '' || Number.isNaN(value)) throw new ConfigError("argument couldn't be parsed into a number");
      return checkRange(value, setting.min, setting.max);
    }
    case 'integer': {
      const isBytes = setting.unit === 'bytes';
      const value = isBytes ? parseBytes(text) : parseCount(text);
      if (value === undefined) {
        throw new ConfigError(
          isBytes ? 'argument must be a memory value' : "argument couldn't be parsed into an integer",
        );
      }
      return checkRange(value, setting.min, setting.max);
    }
  }
}

function parseBoolean(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === 'yes') return true;
  if (lower === 'no') return false;
  throw new ConfigError("argument must be 'yes' or 'no'");
}

function parseText(setting: TextSetting, text: string): string {
  setting.check?.(text);
  if (setting.oneOf === undefined) return text;
  const found = setting.oneOf.find((allowed) => allowed.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new ConfigError(`argument(s) must be one of the following: ${setting.oneOf.join(', ')}`);
}

function checkRange(value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new ConfigError(`argument must be between ${min} and ${numberText(max)} inclusive`);
}

/** The largest 64-bit integer as it is, though no double is equal to it. */
function numberText(value: number): string {
  return value >= Number(INT64_MAX) ? String(INT64_MAX) : String(value);
}

function parseCount(text: string): number | undefined {
  return parseInteger(Buffer.from(text), 0, Buffer.byteLength(text));
}

/** No digits are 0; what no 64-bit integer holds is larger than any bound. */
function parseBytes(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d*)([a-z]*)$/i.exec(text) ?? [];
  const factor = BYTE_UNITS[unit.toLowerCase()];
  if (digits === undefined || factor === undefined) return undefined;
  const exact = BigInt(digits) * BigInt(factor);
  return exact > INT64_MAX ? Number.POSITIVE_INFINITY : Number(exact);
}

function isValueOf<Name extends SettingName>(name: Name, value: RawValue | undefined): value is SettingValue<Name> {
  return typeof value === typeof SETTINGS[name].default;
}
