import type { ClientReply } from '#server/gateway/llm/client-reply.js';
import { askModel, passOn } from '#server/gateway/llm/model-call.js';
import { type Upstream, UpstreamError, type UpstreamReply } from '#server/gateway/llm/upstream.js';
import { ManualScheduler } from '../../../support/in-process.js';
import { plainDoor } from './plain-door.js';

class RecordedReply implements ClientReply {
  isOpen = true;
  hasBegun = false;
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  text = '';
  ending: 'ended' | 'aborted' | undefined;
  leave = (): void => undefined;

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.status = status;
    this.headers = headers;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.isOpen) return;
    this.hasBegun = true;
    this.text += Buffer.from(bytes).toString();
  }

  end(whole?: Uint8Array | string): void {
    if (!this.isOpen) return;
    if (whole !== undefined) this.text += Buffer.from(whole).toString();
    this.isOpen = false;
    this.ending = 'ended';
  }

  abort(): void {
    this.isOpen = false;
    this.ending = 'aborted';
  }

  onGone(listener: () => void): void {
    this.leave = () => {
      this.isOpen = false;
      listener();
    };
  }
}

async function* bodyOf(parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

function upstreamOf(reply: Partial<UpstreamReply> | Error, parts: readonly (string | Error)[] = []): Upstream {
  return {
    name: 'scripted',
    async send() {
      if (reply instanceof Error) throw reply;
      return {
        status: 200,
        headers: { 'content-type': 'text/plain', 'set-cookie': 'x' },
        body: bodyOf(parts),
        ...reply,
      };
    },
  };
}

const json = { headers: { 'content-type': 'application/json' } };
const call = { path: '/ask', headers: {}, body: Buffer.from('{"ask":"why?","model":"m","stream":true}') };

async function ask(upstream: Upstream, answerBytesMax = 1_000, timer = new ManualScheduler()) {
  const parsed = plainDoor.parse(call);
  if (parsed === undefined) throw new Error('not understood');
  const reply = new RecordedReply();
  const exchange = { door: plainDoor, upstream, call, reply, tenant: undefined };
  const limits = { answerBytesMax, collectMs: 10 };
  const outcome = await askModel({ exchange, parsed, evidence: { 'x-e': '1' }, limits, timer });
  return { reply, outcome };
}

const broken = new UpstreamError('unreachable', 'broke off');

describe('a call of a model', () => {
  test('passes a stream on and answers what it said', async () => {
    const { reply, outcome } = await ask(upstreamOf({}, ['Bec', 'ause\nof\n', 'rain\n.\n']));
    expect([reply.text, reply.ending]).toEqual(['Because\nof\nrain\n.\n', 'ended']);
    expect(reply.headers).toEqual({ 'content-type': 'text/plain', 'x-e': '1' });
    expect(outcome).toMatchObject({ outcome: 'answer', answer: { text: 'Because of rain' } });
  });

  test('passes an answer in one piece on', async () => {
    const { reply, outcome } = await ask(upstreamOf(json, ['{"say":', '"rain"}']));
    expect([reply.text, reply.ending]).toEqual(['{"say":"rain"}', 'ended']);
    expect(outcome).toMatchObject({ outcome: 'answer', answer: { text: 'rain' } });
  });

  test.each([
    ['text/html', 'nothing'],
    ['application/octet-stream', 'nothing'],
    [undefined, 'nothing'],
    ['Application/JSON; charset=utf-8', 'answer'],
  ])('keeps only what calls itself an answer: %s', async (type, expected) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const { reply, outcome } = await ask(upstreamOf({ headers }, ['{"say":"rain"}']));
    expect([reply.text, outcome.outcome]).toEqual(['{"say":"rain"}', expected]);
  });

  test.each([
    ['a stream that breaks off', {}, ['Because\n', broken], 'aborted'],
    ['an answer that breaks off before anything left', json, ['{"say":', broken], 'ended'],
  ] as const)('breaks off, or says so, for %s', async (_name, head, parts, ending) => {
    const { reply, outcome } = await ask(upstreamOf(head, parts));
    expect([reply.ending, outcome]).toEqual([ending, { outcome: 'nothing', reason: 'failed' }]);
    if (ending === 'ended') expect(reply.status).toBe(502);
  });

  test.each([
    ['timeout', 504],
    ['circuit-open', 503],
    ['unreachable', 502],
  ] as const)('says in the words of the format that there is no answer: %s', async (code, status) => {
    const { reply, outcome } = await ask(upstreamOf(new UpstreamError(code, 'no')));
    expect([reply.status, JSON.parse(reply.text).status]).toEqual([status, status]);
    expect(outcome).toEqual({ outcome: 'nothing', reason: 'failed' });
  });

  test('passes on what is too long, and keeps nothing of it', async () => {
    const stream = await ask(upstreamOf({}, ['Because\n', 'of\nrain\n', '.\n']), 10);
    expect([stream.reply.text, stream.outcome]).toEqual([
      'Because\nof\nrain\n.\n',
      { outcome: 'nothing', reason: 'too-long' },
    ]);
    const whole = await ask(upstreamOf(json, ['{"say":', '"rain"', '}']), 10);
    expect([whole.reply.text, whole.reply.ending, whole.outcome]).toEqual([
      '{"say":"rain"}',
      'ended',
      { outcome: 'nothing', reason: 'too-long' },
    ]);
  });

  test('keeps nothing that its format does not know', async () => {
    const { reply, outcome } = await ask(upstreamOf(json, ['<html>']));
    expect([reply.text, outcome]).toEqual(['<html>', { outcome: 'nothing', reason: 'unreadable' }]);
  });

  test('shares a refusal that lasts, and no other', async () => {
    const lasting = await ask(upstreamOf({ ...json, status: 400 }, ['no']));
    expect([lasting.reply.status, lasting.reply.text]).toEqual([400, 'no']);
    expect(lasting.outcome).toMatchObject({ outcome: 'refusal', status: 400 });
    const passing = await ask(upstreamOf({ ...json, status: 429 }, ['later']));
    expect(passing.outcome).toEqual({ outcome: 'nothing', reason: 'refused' });
  });

  test('reads on for a while when the caller has gone', async () => {
    const timer = new ManualScheduler();
    let signal: AbortSignal | undefined;
    const reply = new RecordedReply();
    const upstream: Upstream = {
      name: 'scripted',
      async send(_call, given) {
        signal = given;
        reply.leave();
        return { status: 200, headers: { 'content-type': 'text/plain' }, body: bodyOf(['Because\n.\n']) };
      },
    };
    const parsed = plainDoor.parse(call);
    if (parsed === undefined) throw new Error('not understood');
    const exchange = { door: plainDoor, upstream, call, reply, tenant: undefined };
    const limits = { answerBytesMax: 100, collectMs: 10 };
    const outcome = await askModel({ exchange, parsed, evidence: {}, limits, timer });
    expect([outcome.outcome, signal?.aborted, reply.text, timer.timers]).toEqual(['answer', false, '', 0]);
  });

  test('that bypasses the cache passes bytes on as they are', async () => {
    const reply = new RecordedReply();
    const exchange = { door: plainDoor, upstream: upstreamOf({}, ['Bec', 'ause']), call, reply, tenant: undefined };
    await passOn(exchange, { 'x-e': '1' }, call.body, true);
    expect([reply.status, reply.text, reply.ending, reply.headers['x-e']]).toEqual([200, 'Because', 'ended', '1']);
  });
});
