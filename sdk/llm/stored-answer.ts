/**
 * An answer of a model as it is kept in a cache entry: the provider's own body, whole, and the events it came in, when it came as a
 * stream, so that a replay has the same pieces in the same order. Never a part of an answer: who stores has seen its end.
 *
 * Events of a stream are alike, so each is kept as what differs from the one before it: how many characters it has in common at
 * its start and at its end, and what is between. A stream of a thousand words takes the room of its words, not of its frames.
 */
import { z } from 'zod';

/** One event of a stream: in server-sent events its name and data, in a binary stream its type and payload. */
export interface StreamEvent {
  readonly name?: string | undefined;
  /** As text: JSON, but for marks such as `[DONE]`. */
  readonly data: string;
}

export interface StoredAnswer {
  /** The wire format (`LlmQuestion.format`). */
  readonly format: string;
  /** What the answer says, tool calls included and nothing else: answers that mean the same have texts that are alike. */
  readonly text: string;
  /** The body of an answer in one piece, as JSON text. */
  readonly body: string;
  /** Undefined when the answer came in one piece. */
  readonly events?: readonly StreamEvent[] | undefined;
  readonly usage: TokenUsage;
  /** How long the model took; undefined where nobody looked at a clock. */
  readonly tookMs?: number | undefined;
}

/** As the provider counted; 0 where it did not say. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Common characters at the start and at the end, and what is between; the name, when it is another than the last. */
const difference = z.union([
  z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.string()]),
  z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.string(), z.string().nullable()]),
]);

const storedAnswer = z.object({
  v: z.literal(1),
  format: z.string(),
  text: z.string(),
  body: z.string(),
  usage: z.tuple([z.number(), z.number()]),
  events: z.array(difference).optional(),
  tookMs: z.number().nonnegative().optional(),
});

type Difference = z.infer<typeof difference>;

export function encodeAnswer({ format, text, body, events, usage, tookMs }: StoredAnswer): string {
  const stored: z.input<typeof storedAnswer> = {
    v: 1,
    format,
    text,
    body,
    usage: [usage.inputTokens, usage.outputTokens],
    ...(events === undefined ? {} : { events: differencesOf(events) }),
    ...(tookMs === undefined ? {} : { tookMs }),
  };
  return JSON.stringify(stored);
}

/** @returns undefined when the text is no answer of this form: whoever finds one asks the model */
export function decodeAnswer(text: string): StoredAnswer | undefined {
  const parsed = storedAnswer.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { format, text: says, body, usage, events, tookMs } = parsed.data;
  return {
    format,
    text: says,
    body,
    usage: { inputTokens: usage[0], outputTokens: usage[1] },
    events: events === undefined ? undefined : eventsOf(events),
    ...(tookMs === undefined ? {} : { tookMs }),
  };
}

function differencesOf(events: readonly StreamEvent[]): Difference[] {
  let last: StreamEvent = { data: '' };
  return events.map((event) => {
    const { data, name } = event;
    const start = commonStart(last.data, data);
    const end = commonEnd(last.data, data, Math.min(last.data.length, data.length) - start);
    const between = data.slice(start, data.length - end);
    const difference: Difference =
      name === last.name ? [start, end, between] : [start, end, between, name === undefined ? null : name];
    last = event;
    return difference;
  });
}

function eventsOf(differences: readonly Difference[]): StreamEvent[] {
  let data = '';
  let name: string | undefined;
  return differences.map(([start, end, between, changedName]) => {
    data = data.slice(0, start) + between + data.slice(data.length - end);
    if (changedName !== undefined) name = changedName ?? undefined;
    return name === undefined ? { data } : { name, data };
  });
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a.charCodeAt(count) === b.charCodeAt(count)) count++;
  return count;
}

function commonEnd(a: string, b: string, most: number): number {
  let count = 0;
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++;
  return count;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
