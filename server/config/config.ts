/**
 * Settings in force: parsed by the table, read by name with their types, changed by CONFIG SET.
 * A value that does not parse is a `ConfigError` whose message names the directive.
 */
import { ConfigError } from './config-error.js';
import {
  SETTING_NAMES,
  SETTINGS,
  type Setting,
  type SettingName,
  type SettingValue,
  settingNamed,
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
    this.#values.set(known, parseSetting(known, SETTINGS[known], text));
    for (const listener of this.#listeners) listener(known);
  }

  /** Calls back after a setting has changed. */
  onChange(listener: (name: SettingName) => void): void {
    this.#listeners.push(listener);
  }

  /** The value as CONFIG GET answers it. */
  text(name: SettingName): string {
    const value = this.#values.get(name);
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    return String(value);
  }
}

/** Whether `text` fits the directive; the error names what was expected. */
export function parseSetting(name: SettingName, setting: Setting, text: string): RawValue {
  switch (setting.kind) {
    case 'boolean':
      if (text === 'yes' || text === 'true') return true;
      if (text === 'no' || text === 'false') return false;
      throw new ConfigError(`argument '${text}' for '${name}' must be 'yes' or 'no'`);
    case 'text':
      if (setting.oneOf !== undefined && !setting.oneOf.includes(text)) {
        const allowed = setting.oneOf.map((value) => `'${value}'`).join(', ');
        throw new ConfigError(`argument '${text}' for '${name}' must be one of: ${allowed}`);
      }
      setting.check?.(text);
      return text;
    case 'fraction': {
      const value = Number(text);
      if (text === '' || !(value >= setting.min && value <= setting.max)) {
        throw new ConfigError(`argument '${text}' for '${name}' must be between ${setting.min} and ${setting.max}`);
      }
      return value;
    }
    case 'integer': {
      const value = parseIntegerText(text, setting.unit === 'bytes');
      if (value === undefined) throw new ConfigError(`argument '${text}' for '${name}' must be a whole number`);
      if (value < setting.min || value > setting.max) {
        throw new ConfigError(`argument '${text}' for '${name}' must be between ${setting.min} and ${setting.max}`);
      }
      return value;
    }
  }
}

function parseIntegerText(text: string, withUnit: boolean): number | undefined {
  const match = /^(-?\d{1,15})([a-z]*)$/i.exec(text);
  if (match === null) return undefined;
  const factor = BYTE_UNITS[(match[2] ?? '').toLowerCase()];
  if (factor === undefined || (!withUnit && match[2] !== '')) return undefined;
  return Number(match[1]) * factor;
}

function isValueOf<Name extends SettingName>(name: Name, value: RawValue | undefined): value is SettingValue<Name> {
  return typeof value === typeof SETTINGS[name].default;
}
