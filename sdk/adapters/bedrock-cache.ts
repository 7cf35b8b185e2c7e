/**
 * A semantic cache in the AWS SDK's client of Bedrock Runtime: `cacheBedrock(new BedrockRuntimeClient({ ... }), { cache })`. Converse,
 * ConverseStream, InvokeModel and InvokeModelWithResponseStream go by the cache; other commands go where they went.
 *
 * It sits where the SDK has made its HTTP request and has not read an answer: an answer from the cache is read by the SDK as one from
 * Bedrock. Callers that want to know what the cache did hear it by `onEvidence`; in Converse they ask for it by `requestMetadata`
 * (`nearkey-no-cache` and its kin). Of calls that come at once and ask the same, one asks the model. A call that misses is answered when
 * its answer is stored. Fails open: see `LlmCache`.
 */
import { Readable } from 'node:stream';
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { z } from 'zod';
import { LlmCache, type LlmCacheOptions, type LlmFinding } from '../llm/llm-cache.js';
import { bedrockConverseDoor, bedrockInvokeDoor, bedrockTarget } from '../llm/mod.js';

/** The SDK's request, in what is read of it. */
const sentRequest = z.looseObject({
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.union([z.string(), z.instanceof(Uint8Array)]),
});

/** The SDK's response: what is read of it, and the body that is put in its place. */
interface RawResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The SDK makes the output itself, of the response. */
const noOutput = z.custom<never>();

/** @returns the same client, which is changed */
export function cacheBedrock<Client extends Pick<BedrockRuntimeClient, 'middlewareStack'>>(
  client: Client,
  options: LlmCacheOptions,
): Client {
  const llm = new LlmCache(options);
  client.middlewareStack.add(
    (next) => async (args) => {
      const finding = await findingOf(llm, args.request);
      if (finding === undefined) return next(args);
      const kept = llm.replay(finding);
      if (kept !== undefined) return { response: replayed(finding, kept), output: noOutput.parse(undefined) };
      const result = await next(args).catch((error: unknown) => {
        llm.leave(finding);
        throw error;
      });
      const { response } = result;
      if (!isResponse(response) || response.statusCode !== 200) {
        llm.leave(finding);
        return result;
      }
      const isStream = (response.headers['content-type'] ?? '').startsWith(finding.door.streamType);
      const body = Readable.from(llm.passed(finding, response.body, isStream), { objectMode: false });
      // A caller who reads no more ends the answer, even while its next piece is waited for.
      body.once('close', () => letGo(response.body));
      return { ...result, response: { ...response, body } };
    },
    { name: 'nearkeyCache', step: 'deserialize', priority: 'low', override: true },
  );
  return client;
}

/** Undefined for what is no request to a model. */
async function findingOf(llm: LlmCache, request: unknown): Promise<LlmFinding | undefined> {
  const sent = sentRequest.safeParse(request);
  const target = sent.success ? bedrockTarget(sent.data.path) : undefined;
  if (!sent.success || target === undefined) return undefined;
  const { path, headers, body } = sent.data;
  const door = target.operation.startsWith('converse') ? bedrockConverseDoor : bedrockInvokeDoor;
  // The SDK's array is of a class of its own, which warns of every other way to read it.
  const bytes = typeof body === 'string' ? Buffer.from(body) : new Uint8Array(body);
  return llm.find(door, { path, headers: lowerCased(headers), body: bytes });
}

function replayed({ door, parsed, headers }: LlmFinding, parts: readonly Uint8Array[]): RawResponse {
  const isStream = parsed?.question.delivery.isStream === true;
  return {
    statusCode: 200,
    headers: {
      ...headers,
      'content-type': isStream ? door.streamType : door.jsonType,
      ...(isStream ? { 'x-amzn-bedrock-content-type': 'application/json' } : {}),
    },
    body: Readable.from(parts, { objectMode: false }),
  };
}

function letGo(body: AsyncIterable<Uint8Array>): void {
  if (body instanceof Readable) body.destroy();
}

function lowerCased(headers: Readonly<Record<string, string>>): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function isResponse(value: unknown): value is RawResponse {
  return typeof value === 'object' && value !== null && 'statusCode' in value && 'headers' in value && 'body' in value;
}
