/** Pieces of the generated pages. */

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export type Row = readonly string[];

/** A page with a note of what it is written from. */
export function page(title: string, source: string, introduction: string, ...parts: string[]): string {
  const note = `<!-- Written by \`npm run docs\` from ${source}: change that, not this page. -->`;
  return `${[`# ${title}`, note, introduction, ...parts].join('\n\n')}\n`;
}

export function table(head: Row, rows: readonly Row[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Inside a table a bar must be escaped, in code too. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
}
