/**
 * The demo's questions: a help desk with answers, the same questions in other words, and traps.
 *
 * A trap looks like one of the questions and must not get its answer: `near` names that question, `kind` says what
 * makes it another question, `expected` names the entry that truly answers it, if there is one.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/);
const prompt = z.string().trim().min(1).max(400);

export const trapKinds = [
  'other-object',
  'other-place',
  'other-number',
  'other-person',
  'negation',
  'antonym',
  'direction',
] as const;
export const paraphraseStyles = ['reworded', 'casual', 'keywords', 'long'] as const;

const entrySchema = z.strictObject({
  id,
  topic: z.string().min(1).max(40),
  question: prompt,
  answer: z.string().min(1).max(600),
  paraphrases: z.array(z.strictObject({ style: z.enum(paraphraseStyles), text: prompt })).min(3),
});

const trapSchema = z.strictObject({
  prompt,
  near: id,
  kind: z.enum(trapKinds),
  expected: id.nullable(),
});

const helpDeskSchema = z
  .strictObject({
    company: z.string().min(1),
    about: z.string().min(1),
    entries: z.array(entrySchema).min(64),
    traps: z.array(trapSchema).min(72),
  })
  .superRefine((desk, context) => {
    for (const problem of [...repeats(desk), ...danglingReferences(desk)]) {
      context.addIssue({ code: 'custom', message: problem });
    }
  });

export type HelpDesk = z.output<typeof helpDeskSchema>;

/** The file lies beside the source of this module; the compiled module is one folder further down. */
const HELP_DESK_FILE = new URL('../../demo/help-desk.json', import.meta.url);

export function loadHelpDesk(file: URL = HELP_DESK_FILE): HelpDesk {
  return parseHelpDesk(JSON.parse(readFileSync(file, 'utf8')));
}

/** Throws a ZodError that names every problem. */
export function parseHelpDesk(data: unknown): HelpDesk {
  return helpDeskSchema.parse(data);
}

interface Parsed {
  readonly entries: readonly z.output<typeof entrySchema>[];
  readonly traps: readonly z.output<typeof trapSchema>[];
}

function repeats({ entries, traps }: Parsed): string[] {
  const ids = entries.map((entry) => entry.id);
  const prompts = [
    ...entries.map((entry) => entry.question),
    ...entries.flatMap((entry) => entry.paraphrases.map(({ text }) => text)),
    ...traps.map((trap) => trap.prompt),
  ].map((text) => text.toLowerCase());
  return [
    ...twice(ids).map((name) => `two entries are called ${name}`),
    ...twice(prompts).map((text) => `asked twice: ${text}`),
  ];
}

function twice(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

function danglingReferences({ entries, traps }: Parsed): string[] {
  const ids = new Set(entries.map((entry) => entry.id));
  return traps.flatMap((trap) => {
    const problems: string[] = [];
    if (!ids.has(trap.near)) problems.push(`no entry ${trap.near}, near which "${trap.prompt}" is`);
    if (trap.expected !== null && !ids.has(trap.expected))
      problems.push(`no entry ${trap.expected} for "${trap.prompt}"`);
    if (trap.expected === trap.near) problems.push(`"${trap.prompt}" is answered by ${trap.near} and no trap`);
    return problems;
  });
}
