/** Strings of paths in either kind of quotes: a backslash stands before a quote of the kind and before a backslash. */
import type { PathScanner } from './path-scanner.js';

const IN_DOUBLE = /"(?:[^"\\]|\\["\\])*"/y;
const IN_SINGLE = /'(?:[^'\\]|\\['\\])*'/y;

/** The string that is next, as UTF-8. */
export function parseQuoted(scanner: PathScanner): Buffer {
  const quoted = scanner.match(IN_DOUBLE) ?? scanner.match(IN_SINGLE) ?? scanner.fail('string_value');
  return Buffer.from(quoted.slice(1, -1).replace(/\\(.)/g, '$1'), 'latin1');
}
