/**
 * A wire format as the pipeline sees it: how its requests are read, what of an answer is worth keeping, and how a kept answer is
 * sent again. A door holds no state and touches no socket: bytes in, values out.
 *
 * What a door does not understand is no error: `parse` answers undefined and the request goes to the model as it is, uncached.
 */
import type { JsonMembers, LlmQuestion } from '../llm-request.js';
import type { StoredAnswer, StreamEvent } from '../stored-answer.js';

/** A request as it arrived. */
export interface IncomingCall {
  /** With its query, not decoded. */
  readonly path: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ParsedCall {
  readonly question: LlmQuestion;
  /** What goes to the model in place of the caller's body: may ask for more than the caller did, such as usage at the end. */
  readonly upstreamBody: Uint8Array;
  /** The same for a request that bypasses the cache: the caller's body, without what is meant for the gateway. */
  readonly passedBody: Uint8Array;
  /** The caller's own, for `forward` and `replay`: decoded JSON. */
  readonly body: JsonMembers;
}

/** Why an answer is not kept. */
export type NotStorable =
  /** Cut off: by a token limit, or by a stream that ended early. */
  | 'incomplete'
  /** Filtered or refused by the provider. */
  | 'filtered'
  /** Not what the door knows. */
  | 'unreadable';

export type AnswerReading =
  | { readonly outcome: 'answer'; readonly answer: StoredAnswer }
  | { readonly outcome: 'none'; readonly reason: NotStorable };

/** Cuts the bytes of a stream into events; one for each stream. */
export interface StreamDecoder {
  /** The events that these bytes complete. */
  push(bytes: Uint8Array): StreamEvent[];
}

export interface FrontDoor {
  /** `LlmQuestion.format`. */
  readonly format: string;
  /** The media types of answers in one piece, and as a stream. */
  readonly jsonType: string;
  readonly streamType: string;
  parse(call: IncomingCall): ParsedCall | undefined;
  /** Reads an answer in one piece, of status 200. */
  read(body: string): AnswerReading;
  streamDecoder(): StreamDecoder;
  /** Reads a stream that ended: an answer only when it ended the way whole answers do. */
  assemble(events: readonly StreamEvent[]): AnswerReading;
  encode(event: StreamEvent): Uint8Array;
  /** An event the model sent as this caller wants to see it; undefined: not at all. */
  forward(event: StreamEvent, call: ParsedCall): StreamEvent | undefined;
  /** The body of a kept answer, for this caller. */
  replayJson(answer: StoredAnswer, call: ParsedCall): string;
  /** The events of a kept answer, for this caller: those it came in, or events made of its body. */
  replayStream(answer: StoredAnswer, call: ParsedCall): readonly StreamEvent[];
  /** A failure of the gateway itself, in the words of this format. */
  problem(status: number, message: string): string;
}
