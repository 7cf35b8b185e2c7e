import { createHash, createHmac } from 'node:crypto';
import { BedrockCallers } from '#server/gateway/llm/bedrock-callers.js';
import { Principals } from '#server/gateway/llm/principals.js';

const clock = { nowMs: () => Date.parse('2026-01-02T03:04:05Z') };
const timestamp = '20260102T030405Z';
const secret = 'secret of the caller';

/** A signature made by the book, of a POST without a body. */
function signed(accessKeyId: string, key: string, service = 'bedrock'): Record<string, string> {
  const scope = `20260102/eu-central-1/${service}/aws4_request`;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const canonical = `POST\n/model/m/converse\n\nhost:h\nx-amz-date:${timestamp}\n\nhost;x-amz-date\n${hash('')}`;
  const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash(canonical)}`;
  let mac: Buffer = Buffer.from(`AWS4${key}`);
  for (const part of ['20260102', 'eu-central-1', service, 'aws4_request', toSign]) {
    mac = createHmac('sha256', mac).update(part).digest();
  }
  const parts = `Credential=${accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${mac.toString('hex')}`;
  return { host: 'h', 'x-amz-date': timestamp, authorization: `AWS4-HMAC-SHA256 ${parts}` };
}

function callers(keys: readonly string[], secrets: readonly string[]): BedrockCallers {
  return new BedrockCallers({
    principals: new Principals(keys.map((key) => ({ tenant: `tenant of ${key}`, key }))),
    secrets: new Map(secrets.map((id) => [id, secret])),
    clock,
  });
}

function receive(who: BedrockCallers, headers: Record<string, string>) {
  return who.receive({ method: 'POST', target: '/model/m/converse', headers }, headers);
}

function admit(who: BedrockCallers, headers: Record<string, string>) {
  const reception = receive(who, headers);
  return reception.ok ? reception.admit(new Uint8Array()) : reception;
}

test('lets everyone in without keys, callers apart by what they send', () => {
  const open = callers([], []);
  expect(open.isOpen).toBe(true);
  const tenants = [
    {},
    { authorization: 'Bearer a' },
    { authorization: 'Bearer b' },
    signed('A', 'x'),
    signed('B', 'x'),
  ].map((headers) => admit(open, headers));
  expect(tenants.every(({ ok }) => ok)).toBe(true);
  expect(new Set(tenants.map((admission) => JSON.stringify(admission))).size).toBe(5);
  expect(admit(open, signed('A', 'x'))).toEqual(admit(open, signed('A', 'another secret')));
});

test('verifies signatures where it has secrets, and asks for one', () => {
  const known = callers([], ['A']);
  expect(known.isOpen).toBe(false);
  expect(admit(known, signed('A', secret))).toMatchObject({ ok: true });
  expect(admit(known, signed('A', 'wrong'))).toMatchObject({ ok: false, fault: 'InvalidSignatureException' });
  expect(admit(known, signed('A', secret, 's3'))).toMatchObject({ ok: false, fault: 'InvalidSignatureException' });
  expect(admit(known, signed('B', secret))).toMatchObject({ ok: false, fault: 'UnrecognizedClientException' });
  expect(admit(known, {})).toMatchObject({ ok: false, fault: 'UnrecognizedClientException' });
  expect(admit(known, { authorization: 'Bearer a' })).toMatchObject({ ok: false });
});

test('takes its keys as bearer tokens, and beside them signatures it knows', () => {
  const both = callers(['k'], ['A']);
  expect(admit(both, { authorization: 'Bearer k' })).toEqual({ ok: true, principal: { tenant: 'tenant of k' } });
  expect(admit(both, { authorization: 'Bearer x' })).toMatchObject({ ok: false });
  expect(admit(both, signed('A', secret))).toMatchObject({ ok: true });
  expect(admit(callers(['k'], []), signed('A', secret))).toMatchObject({ ok: false });
});

test('says no before there is a body to all but who may have signed it', () => {
  const both = callers(['k'], ['A']);
  const refused = [{}, { authorization: 'Bearer x' }, signed('B', secret), signed('A', secret, 's3')];
  expect(refused.map((headers) => receive(both, headers).ok)).toEqual([false, false, false, false]);
  const reception = receive(both, signed('A', secret));
  expect(reception.ok && reception.admit(Buffer.from('another body'))).toMatchObject({ ok: false });
});
