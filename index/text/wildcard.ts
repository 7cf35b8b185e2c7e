/** Patterns in which `*` stands for any characters and `?` for one; a backslash makes the next character stand for itself. */

/** `undefined` stands for `*`, the empty string for `?`. */
type Part = string | undefined;

export class Wildcard {
  readonly #parts: readonly Part[];
  /** What every match begins with. */
  readonly prefix: string;
  /** The longest part that every match holds. */
  readonly longest: string;

  constructor(pattern: string) {
    const parts: Part[] = [];
    for (const [part] of pattern.matchAll(/\\.|./gsu)) {
      if (part === '*') {
        if (parts.length === 0 || parts.at(-1) !== undefined) parts.push(undefined);
      } else {
        parts.push(part === '?' ? '' : part.replace(/^\\/, '') || '\\');
      }
    }
    this.#parts = parts;
    const end = parts.findIndex((part) => part === undefined || part === '');
    this.prefix = parts.slice(0, end < 0 ? parts.length : end).join('');
    this.longest = longestRun(parts);
  }

  /** Goes back to the last `*` alone when it fails: text x pattern steps at most. */
  matches(text: string): boolean {
    const characters = Array.from(text);
    const parts = this.#parts;
    let [at, part] = [0, 0];
    let [starPart, starAt] = [-1, 0];
    while (at < characters.length) {
      const wanted = parts[part];
      if (part < parts.length && wanted === undefined) {
        starPart = part++;
        starAt = at;
      } else if (part < parts.length && (wanted === '' || wanted === characters[at])) {
        part++;
        at++;
      } else if (starPart >= 0) {
        part = starPart + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    return parts.slice(part).every((rest) => rest === undefined);
  }
}

function longestRun(parts: readonly Part[]): string {
  let [longest, run] = ['', ''];
  for (const part of parts) {
    run = part === undefined || part === '' ? '' : run + part;
    if (run.length > longest.length) longest = run;
  }
  return longest;
}
