import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import {
  isSigned,
  readSignature,
  type SignatureSettings,
  type SignatureVerdict,
} from '#server/gateway/aws-signature.js';
import { type SignedRequest, verifySignature } from '../../support/signature-verdict.js';

const accessKeyId = 'AKIDEXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const settings: SignatureSettings = { secrets: new Map([[accessKeyId, secretAccessKey]]), services: ['service'] };
const signedAtMs = Date.parse('2015-08-30T12:36:00Z');
const empty = new Uint8Array();

/** The digest the signer of the AWS SDK asks for, over Node's. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('a digest is used once');
  }
}

function keyOf(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}

interface Unsigned {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly service?: string;
  readonly isPayloadSigned?: boolean;
}

async function signed(request: Unsigned, hasHost = true): Promise<SignedRequest> {
  const { method = 'POST', path = '/', query = {}, body = '', service = 'service', isPayloadSigned = true } = request;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region: 'eu-central-1',
    service,
    sha256: Sha256,
  });
  const unsigned = isPayloadSigned ? {} : { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const host = hasHost ? { host: 'localhost:8080' } : {};
  const headers = { ...host, ...unsigned, ...request.headers };
  const sent = await signer.sign(
    { method, path, query, headers, body, protocol: 'http:', hostname: 'localhost' },
    { signingDate: new Date(signedAtMs) },
  );
  const search = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
  const target = search.length === 0 ? path : `${path}?${search.join('&')}`;
  return { method, target, headers: sent.headers, body: Buffer.from(body) };
}

function faultOf(verdict: SignatureVerdict): string {
  return verdict.ok ? 'ok' : verdict.fault;
}

/** The requests of the test suite AWS publishes, as they came in. */
const published: readonly [string, string, string, Record<string, string | readonly string[]>, string, string][] = [
  ['get-vanilla', 'GET', '/', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['get-space', 'GET', '/example space/', {}, '', '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741'],
  ['get-utf8', 'GET', '/ሴ', {}, '', '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
  ['get-slashes', 'GET', '//example//', {}, '', '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84'],
  ['get-slash-dot-slash', 'GET', '/./', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['get-relative', 'GET', '/example/..', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    {},
    '',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-vanilla-utf8-query',
    'GET',
    '/?%E1%88%B4=bar',
    {},
    '',
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  [
    'get-header-key-duplicate',
    'GET',
    '/',
    { 'my-header1': ['value2', 'value2', 'value1'] },
    '',
    'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  ],
  [
    'get-header-value-trim',
    'GET',
    '/',
    { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
    '',
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  ['post-vanilla', 'POST', '/', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'post-x-www-form-urlencoded',
    'POST',
    '/',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Param1=value1',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
];

function publishedRequest(entry: (typeof published)[number]): SignedRequest {
  const [, method, target, more, body, signature] = entry;
  const headers = { ...more, host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
  const names = Object.keys(headers).sort().join(';');
  const credential = `${accessKeyId}/20150830/us-east-1/service/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return { method, target, headers: { ...headers, authorization }, body: Buffer.from(body) };
}

describe('verifySignature', () => {
  test.each(published.map((entry) => [entry[0], entry] as const))('accepts the published %s', (_name, entry) => {
    const verdict = verifySignature(publishedRequest(entry), settings, signedAtMs);
    expect(verdict).toEqual({ ok: true, accessKeyId, region: 'us-east-1', service: 'service' });
  });

  test.each<[string, Unsigned]>([
    ['a body', { body: '{"messages":[]}', headers: { 'content-type': 'application/json' } }],
    ['a model id with a colon, encoded', { path: '/model/anthropic.claude-v2%3A1/converse', body: '{}' }],
    ['an ARN with slashes, encoded', { path: '/model/arn%3Aaws%3Abedrock%3A%3A1%3Aprofile%2Fx/invoke', body: '{}' }],
    ['a query', { method: 'GET', query: { b: 'x y', a: "it's (1)*!", c: '' } }],
    ['no payload', { body: 'anything', isPayloadSigned: false }],
    ['a session token', { headers: { 'x-amz-security-token': 'token' } }],
    ['a header with spaces', { headers: { 'x-custom': '  a   b ' } }],
  ])('accepts what the AWS SDK signs: %s', async (_name, request) => {
    const verdict = verifySignature(await signed(request), settings, signedAtMs);
    expect(verdict).toEqual({ ok: true, accessKeyId, region: 'eu-central-1', service: 'service' });
  });

  test('accepts whatever path, query, headers and body the AWS SDK signs', async () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((text) => encodeURIComponent(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 4 }).filter((segments) => !segments.includes('.') && !segments.includes('..')),
        fc.dictionary(
          fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
          fc.string({ unit: 'grapheme', maxLength: 8 }),
        ),
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        async (segments, query, body) => {
          const safeQuery = Object.fromEntries(Object.entries(query).filter(([name]) => name !== '__proto__'));
          const request = await signed({ path: `/${segments.join('/')}`, query: safeQuery, body });
          expect(faultOf(verifySignature(request, settings, signedAtMs))).toBe('ok');
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  test('takes the authority of HTTP/2 for the host', async () => {
    const request = await signed({ body: '{}' });
    const { host, ...headers } = request.headers;
    const overHttp2 = { ...request, headers: { ...headers, ':authority': host } };
    expect(faultOf(verifySignature(overHttp2, settings, signedAtMs))).toBe('ok');
  });

  test('accepts the authority of HTTP/2 signed by its own name, as the AWS SDK signs it', async () => {
    const request = await signed({ body: '{}', headers: { ':authority': 'localhost:8080' } }, false);
    expect(request.headers.authorization).toContain('SignedHeaders=:authority;');
    expect(faultOf(verifySignature(request, settings, signedAtMs))).toBe('ok');
    const { ':authority': host, ...headers } = request.headers;
    const renamed = { ...request, headers: { ...headers, host } };
    expect(faultOf(verifySignature(renamed, settings, signedAtMs))).toBe('ok');
    const elsewhere = withHeader(request, ':authority', 'elsewhere');
    expect(faultOf(verifySignature(elsewhere, settings, signedAtMs))).toBe('InvalidSignatureException');
  });

  test.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['method', (request) => ({ ...request, method: 'PUT' })],
    ['path', (request) => ({ ...request, target: '/model/b/converse' })],
    ['query', (request) => ({ ...request, target: `${request.target}?a=1` })],
    ['body', (request) => ({ ...request, body: Buffer.from('{"a":2}') })],
    ['signed header', (request) => withHeader(request, 'content-type', 'text/plain')],
    ['missing signed header', (request) => withHeader(request, 'content-type', undefined)],
    ['host', (request) => withHeader(request, 'host', 'elsewhere')],
    ['digest of the body', (request) => withHeader(request, 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD')],
    ['unsigned instruction', (request) => withHeader(request, 'x-amz-target', 'Delete')],
    ['date', (request) => withHeader(request, 'x-amz-date', '20150830T123601Z')],
    ['day', (request) => withHeader(request, 'x-amz-date', '20150831T123600Z')],
    ['form of the date', (request) => withHeader(request, 'x-amz-date', 'Sun, 30 Aug 2015 12:36:00 GMT')],
    ['day that does not exist', (request) => withHeader(request, 'x-amz-date', '20159930T123600Z')],
  ])('refuses a request with another %s', async (_name, alter) => {
    const headers = { 'content-type': 'application/json' };
    const request = await signed({ path: '/model/a/converse', body: '{"a":1}', headers });
    expect(faultOf(verifySignature(request, settings, signedAtMs))).toBe('ok');
    expect(faultOf(verifySignature(alter(request), settings, signedAtMs))).toBe('InvalidSignatureException');
  });

  test.each([
    [-300_001, 'InvalidSignatureException', 'Signature not yet current'],
    [-300_000, 'ok', ''],
    [300_000, 'ok', ''],
    [300_001, 'InvalidSignatureException', 'Signature expired'],
  ])('with a clock %i ms ahead says %s', async (aheadMs, fault, message) => {
    const verdict = verifySignature(await signed({}), settings, signedAtMs + aheadMs);
    expect(faultOf(verdict)).toBe(fault);
    if (!verdict.ok) expect(verdict.message).toContain(message);
  });

  test('refuses a signature for another service', async () => {
    const verdict = verifySignature(await signed({ service: 's3' }), settings, signedAtMs);
    expect(verdict).toMatchObject({ fault: 'InvalidSignatureException' });
    expect(verdict).toMatchObject({ message: expect.stringContaining("'service'") });
  });

  test('refuses a key it does not know, and one whose secret is another', async () => {
    const request = await signed({});
    const unknown = verifySignature(request, { ...settings, secrets: new Map() }, signedAtMs);
    expect(faultOf(unknown)).toBe('UnrecognizedClientException');
    const other = verifySignature(request, { ...settings, secrets: new Map([[accessKeyId, 'x']]) }, signedAtMs);
    expect(faultOf(other)).toBe('InvalidSignatureException');
  });

  test.each([
    [undefined, 'MissingAuthenticationTokenException'],
    ['Bearer key', 'MissingAuthenticationTokenException'],
    ['AWS4-HMAC-SHA256 x', 'IncompleteSignatureException'],
    ['AWS4-HMAC-SHA256 Credential=A/20150830/r/service/aws4_request', 'IncompleteSignatureException'],
    [
      `AWS4-HMAC-SHA256 Credential=A/2015/r/s/aws4_request,SignedHeaders=host,Signature=${'0'.repeat(64)}`,
      'IncompleteSignatureException',
    ],
    [
      `AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request,SignedHeaders=,Signature=${'0'.repeat(64)}`,
      'IncompleteSignatureException',
    ],
    [
      `AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request,SignedHeaders=${'h;'.repeat(65)},Signature=${'0'.repeat(64)}`,
      'IncompleteSignatureException',
    ],
    [
      'AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request,SignedHeaders=host,Signature=zz',
      'IncompleteSignatureException',
    ],
  ])('answers the authorization %j with %s', (authorization, fault) => {
    const request = { method: 'POST', target: '/', headers: { host: 'x', authorization }, body: empty };
    expect(faultOf(verifySignature(request, settings, signedAtMs))).toBe(fault);
  });
});

function withHeader(request: SignedRequest, name: string, value: string | undefined): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

describe('readSignature', () => {
  test.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['a header that cannot be read', (request) => withHeader(request, 'authorization', 'AWS4-HMAC-SHA256 x')],
    ['a key it does not know', (request) => altered(request, accessKeyId, 'AKIDOTHER')],
    ['a date that has passed', (request) => withHeader(request, 'x-amz-date', '20150829T123600Z')],
    ['a signature that is made up', (request) => altered(request, /[0-9a-f]{64}$/, 'a'.repeat(64))],
  ])('refuses %s without the body', async (_name, alter) => {
    const request = await signed({ body: '{}' });
    expect(readSignature(request, settings, signedAtMs).ok).toBe(true);
    expect(readSignature(alter(request), settings, signedAtMs).ok).toBe(false);
  });

  test('waits for the body where no header names its digest', () => {
    const [entry] = published;
    if (entry === undefined) throw new Error('nothing is published');
    const request = altered(publishedRequest(entry), /[0-9a-f]{64}$/, 'a'.repeat(64));
    const claim = readSignature(request, settings, signedAtMs);
    expect(claim.ok && claim.verify(request.body)).toMatchObject({ ok: false, fault: 'InvalidSignatureException' });
  });

  function altered(request: SignedRequest, from: string | RegExp, to: string): SignedRequest {
    return withHeader(request, 'authorization', String(request.headers.authorization).replace(from, to));
  }
});

describe('isSigned', () => {
  test.each([
    [{}, false],
    [{ authorization: 'Bearer x' }, false],
    [{ authorization: 'AWS4-HMAC-SHA256 Credential=' }, true],
  ])('of %j is %s', (headers, expected) => {
    expect(isSigned(headers)).toBe(expected);
  });
});
