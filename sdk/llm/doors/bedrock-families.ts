/**
 * The wire formats of models behind InvokeModel: a table of families, told apart by the members of their bodies, never by the name of a model,
 * because an inference profile or an imported model has a name of its own.
 *
 * Anthropic's messages and Amazon Nova's are read by the doors of these formats. The others complete one prompt and are alike, so
 * they are rows of a second table: where the prompt is, where the text of an answer, how it says that it is whole.
 */
import type { JsonMembers, LlmQuestion } from '../llm-request.js';
import type { StoredAnswer, StreamEvent } from '../stored-answer.js';
import { anthropicMessagesDoor } from './anthropic-messages-door.js';
import { assembleConverse, converseEvents, converseQuestion, readConverse } from './bedrock-converse-door.js';
import type { AnswerReading, NotStorable } from './front-door.js';
import { listOf, membersOf, numberOf, parseMembers, pieces, stringOf, without } from './json-reading.js';
import { cutPrompt } from './prompt-template.js';

/** What the family says of a question; provider, format, model and delivery are those of the door. */
export type FamilyQuestion = Omit<LlmQuestion, 'provider' | 'format' | 'model' | 'delivery'>;

export interface InvokeFamily {
  readonly name: string;
  /** @returns undefined when the body is another family's */
  question(body: JsonMembers, model: string): FamilyQuestion | undefined;
  /** Whether a body, or the first event of a stream, is an answer of this family. */
  answers(body: JsonMembers): boolean;
  streams(first: JsonMembers): boolean;
  read(body: string): AnswerReading;
  assemble(events: readonly JsonMembers[]): AnswerReading;
  /** A stream made of an answer that came in one piece. */
  events(answer: StoredAnswer): readonly JsonMembers[];
}

const anthropic: InvokeFamily = {
  name: 'anthropic',
  question(body, model) {
    if (body.anthropic_version === undefined) return undefined;
    const named = Buffer.from(JSON.stringify({ ...body, model }));
    return anthropicMessagesDoor.parse({ path: '', headers: {}, body: named })?.question;
  },
  answers: ({ type }) => type === 'message',
  streams: ({ type }) => type === 'message_start',
  read: (body) => anthropicMessagesDoor.read(body),
  assemble: (events) =>
    anthropicMessagesDoor.assemble(
      events.map((event) => ({ name: stringOf(event.type) ?? '', data: JSON.stringify(event) })),
    ),
  events: (answer) => dataOf(anthropicMessagesDoor.replayStream({ ...answer, events: undefined }, noCall)),
};

/** What a replay does not look at. */
const noCall = {
  body: {},
  passedBody: new Uint8Array(),
  upstreamBody: new Uint8Array(),
  question: {
    ...{ provider: '', format: '', model: '', tools: [], sampling: {}, conversation: [], lastUserTurn: '', media: [] },
    other: {},
    delivery: { isStream: true },
  },
};

const nova: InvokeFamily = {
  name: 'nova',
  question: (body, model) =>
    body.anthropic_version === undefined && isNova(body) ? converseQuestion(body, model, false) : undefined,
  answers: ({ output }) => membersOf(membersOf(output)?.message) !== undefined,
  streams: ({ messageStart }) => messageStart !== undefined,
  read: (body) => readConverse(body, undefined),
  assemble: (events) =>
    assembleConverse(
      events.flatMap((event) =>
        Object.entries(event)
          .filter(([, members]) => membersOf(members) !== undefined)
          .slice(0, 1)
          .map(([name, members]) => ({ name, data: JSON.stringify(members) })),
      ),
    ),
  events: (answer) => converseEvents(answer).map(({ name = '', data }) => ({ [name]: parseMembers(data) })),
};

/** Content in blocks without a type, as no other family has it. */
function isNova({ messages }: JsonMembers): boolean {
  return listOf(messages).every((message) => {
    const blocks = listOf(membersOf(message)?.content).map(membersOf);
    return blocks.length > 0 && blocks.every((block) => block !== undefined && block.type === undefined);
  });
}

/** What a completion, or a piece of one, says. */
interface Said {
  readonly text: string;
  /** Why it ends; undefined where it goes on. */
  readonly reason: string | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** A model that completes one prompt. */
interface Completion {
  readonly name: string;
  readonly promptName: string;
  /** @returns undefined when the body is another family's */
  answer(body: JsonMembers): Said | undefined;
  piece(event: JsonMembers): Said | undefined;
  bodyOf(said: Said): JsonMembers;
  eventOf(said: Said): JsonMembers;
}

/** Why completions end, and whether they are whole. */
const endings: Readonly<Record<string, NotStorable | 'whole'>> = {
  stop: 'whole',
  FINISH: 'whole',
  FINISHED: 'whole',
  CONTENT_FILTERED: 'filtered',
};

function llamaSaid({
  generation,
  stop_reason,
  prompt_token_count,
  generation_token_count,
}: JsonMembers): Said | undefined {
  if (typeof generation !== 'string') return undefined;
  return {
    text: generation,
    reason: stringOf(stop_reason),
    inputTokens: numberOf(prompt_token_count),
    outputTokens: numberOf(generation_token_count),
  };
}

function llamaForm({ text, reason = null, inputTokens = null, outputTokens = null }: Nullable<Said>): JsonMembers {
  return {
    generation: text,
    prompt_token_count: inputTokens,
    generation_token_count: outputTokens,
    stop_reason: reason,
  };
}

function mistralSaid({ outputs }: JsonMembers): Said | undefined {
  const output = membersOf(listOf(outputs)[0]);
  if (typeof output?.text !== 'string') return undefined;
  return { text: output.text, reason: stringOf(output.stop_reason), inputTokens: undefined, outputTokens: undefined };
}

function mistralForm({ text, reason = null }: Nullable<Said>): JsonMembers {
  return { outputs: [{ text, stop_reason: reason }] };
}

const completions: readonly Completion[] = [
  {
    name: 'titan',
    promptName: 'inputText',
    answer({ results, inputTextTokenCount }) {
      const result = membersOf(listOf(results)[0]);
      if (typeof result?.outputText !== 'string') return undefined;
      const reason = stringOf(result.completionReason);
      const [inputTokens, outputTokens] = [numberOf(inputTextTokenCount), numberOf(result.tokenCount)];
      return { text: result.outputText, reason, inputTokens, outputTokens };
    },
    piece({ outputText, completionReason, inputTextTokenCount, totalOutputTextTokenCount }) {
      if (typeof outputText !== 'string') return undefined;
      return {
        text: outputText,
        reason: stringOf(completionReason),
        inputTokens: numberOf(inputTextTokenCount),
        outputTokens: numberOf(totalOutputTextTokenCount),
      };
    },
    bodyOf: ({ text, reason = null, inputTokens = 0, outputTokens = 0 }: Nullable<Said>) => ({
      inputTextTokenCount: inputTokens,
      results: [{ tokenCount: outputTokens, outputText: text, completionReason: reason }],
    }),
    eventOf: ({ text, reason = null, inputTokens = null, outputTokens = null }: Nullable<Said>) => ({
      outputText: text,
      index: 0,
      totalOutputTextTokenCount: outputTokens,
      completionReason: reason,
      inputTextTokenCount: inputTokens,
    }),
  },
  { name: 'llama', promptName: 'prompt', answer: llamaSaid, piece: llamaSaid, bodyOf: llamaForm, eventOf: llamaForm },
  {
    ...{ name: 'mistral', promptName: 'prompt', answer: mistralSaid, piece: mistralSaid },
    ...{ bodyOf: mistralForm, eventOf: mistralForm },
  },
];

/** As it is written into a body, where what is missing is null. */
type Nullable<Members> = { readonly [Name in keyof Members]: Members[Name] | null };

function completionFamily(completion: Completion): InvokeFamily {
  const { name, promptName } = completion;
  return {
    name,
    question: (body, model) => (model.includes('embed') ? undefined : completionQuestion(body, promptName)),
    answers: (body) => completion.answer(body) !== undefined,
    streams: (first) => completion.piece(first) !== undefined,
    read: (body) => completionReading(completion.answer(parseMembers(body) ?? {}), body),
    assemble(events) {
      const pieces = events.map((event) => completion.piece(event));
      if (pieces.includes(undefined)) return { outcome: 'none', reason: 'unreadable' };
      const said = pieces.reduce(joined);
      return completionReading(said, JSON.stringify(said === undefined ? {} : completion.bodyOf(said)));
    },
    events(answer) {
      const said = completion.answer(parseMembers(answer.body) ?? {});
      if (said === undefined) throw new Error('an answer of another family');
      const texts = pieces(said.text);
      return [
        ...texts.map((text) => completion.eventOf({ ...nothingSaid, text })),
        completion.eventOf({ ...said, text: '' }),
      ];
    },
  };
}

const nothingSaid: Said = { text: '', reason: undefined, inputTokens: undefined, outputTokens: undefined };

/** Counts grow from piece to piece, so the last one stands. */
function joined(before: Said | undefined, next: Said | undefined): Said | undefined {
  return {
    text: (before?.text ?? '') + (next?.text ?? ''),
    reason: next?.reason ?? before?.reason,
    inputTokens: next?.inputTokens ?? before?.inputTokens,
    outputTokens: next?.outputTokens ?? before?.outputTokens,
  };
}

function completionReading(said: Said | undefined, body: string): AnswerReading {
  if (said === undefined) return { outcome: 'none', reason: 'unreadable' };
  const ending = endings[said.reason ?? ''] ?? 'incomplete';
  if (ending !== 'whole') return { outcome: 'none', reason: ending };
  const usage = { inputTokens: said.inputTokens ?? 0, outputTokens: said.outputTokens ?? 0 };
  return { outcome: 'answer', answer: { format: '', text: said.text, body, usage } };
}

/** All members but the prompt shape the answer. */
function completionQuestion(body: JsonMembers, promptName: string): FamilyQuestion | undefined {
  const prompt = stringOf(body[promptName]);
  const cut = prompt === undefined ? undefined : cutPrompt(prompt);
  if (cut === undefined || body.messages !== undefined) return undefined;
  const settings = membersOf(body.textGenerationConfig) ?? body;
  const { images, ...sampling } = without(body, new Set([promptName]));
  return {
    tools: [],
    sampling: { ...sampling, temperature: numberOf(settings.temperature) },
    conversation: cut.around,
    lastUserTurn: cut.lastUserTurn,
    media: listOf(images),
    other: {},
  };
}

export const families: readonly InvokeFamily[] = [anthropic, nova, ...completions.map(completionFamily)];

function dataOf(events: readonly StreamEvent[]): JsonMembers[] {
  return events.map(({ data }) => parseMembers(data) ?? {});
}
