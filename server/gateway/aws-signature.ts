/**
 * Verifies the AWS Signature Version 4 in the authorization header of a request, for doors that AWS SDKs knock at.
 *
 * A signature is a MAC over the request as it was sent: method, path, query, the headers it names, the digest of the body.
 * So the verifier needs all of these untouched: the target as it stood in the request line, the body before anything parsed it.
 * What is checked, in this order: the header can be read; the key is known; the signature is fresh, for one of the services
 * asked for, and covers host, date and every `x-amz-` header there is; the signature itself, in constant time; the body has the digest
 * that was signed (`UNSIGNED-PAYLOAD` has none, on purpose). Where a header names that digest, as most SDKs have it, only the last needs
 * the body: who makes a signature up is refused before it is read. Where none does, the signature waits for the body, too.
 *
 * Paths are encoded once more for signing, as every service but S3 has it. Any region is taken: the key is derived from the
 * region the client names, and a server that stands in for AWS has no region of its own. Signatures in the query string, signed
 * chunks (`STREAMING-...`) and session tokens (which only AWS can look up) are no business of a static key: the first two are
 * refused, and a token is nothing but a signed header.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came in, before anything was decoded, and before its body is there. */
export interface SignedHead {
  readonly method: string;
  /** Path and query as they stood in the request line. */
  readonly target: string;
  /** By names in lower case, as Node has them. HTTP/2 calls the host `:authority`, and AWS SDKs sign it by that name: each stands in for the other. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface SignatureSettings {
  /** By access key id. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Names a signature may be made for, such as `bedrock` or `sagemaker`. */
  readonly services: readonly string[];
}

/** Names as the AWS services have them in `x-amzn-errortype`; all are answered with the status 403. */
export type SignatureFault =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException';

export interface SignatureRefusal {
  readonly ok: false;
  readonly fault: SignatureFault;
  readonly message: string;
}

export type SignatureVerdict =
  | { readonly ok: true; readonly accessKeyId: string; readonly region: string; readonly service: string }
  | SignatureRefusal;

/** A signature of which nothing is wrong that the head of its request could tell: the body decides. */
export interface SignatureClaim {
  readonly ok: true;
  verify(body: Uint8Array): SignatureVerdict;
}

/** How far the clocks of a client and of AWS may lie apart. */
const skewMsMax = 5 * 60_000;
/** Far above what SDKs sign; each costs a line of the canonical request. */
const signedHeadersMax = 64;

const unsignedPayload = 'UNSIGNED-PAYLOAD';
const algorithm = 'AWS4-HMAC-SHA256';

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Whether the request claims to be signed at all, rather than carry a bearer token or nothing. */
export function isSigned(headers: SignedHead['headers']): boolean {
  return headerValue(headers, 'authorization')?.startsWith(`${algorithm} `) ?? false;
}

/** What the head of a request tells of its signature: why it is refused, without its body, or what is to be verified with it. */
export function readSignature(
  head: SignedHead,
  settings: SignatureSettings,
  nowMs: number,
): SignatureClaim | SignatureRefusal {
  const { headers } = head;
  if (!isSigned(headers)) return refused('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const authorization = readAuthorization(headerValue(headers, 'authorization') ?? '');
  if (authorization === null) return refused('IncompleteSignatureException', INCOMPLETE);
  const secret = settings.secrets.get(authorization.accessKeyId);
  if (secret === undefined) return refused('UnrecognizedClientException', UNRECOGNIZED);

  const timestamp = headerValue(headers, 'x-amz-date') ?? '';
  const why =
    untimely(timestamp, authorization.date, nowMs) ??
    foreign(authorization.service, settings.services) ??
    uncovered(headers, authorization.signedHeaders);
  if (why !== null) return refused('InvalidSignatureException', why);

  const isMadeFor = (bodyDigest: string): boolean =>
    equalInConstantTime(signatureOf(head, bodyDigest, authorization, timestamp, secret), authorization.signature);
  const claimed = headerValue(headers, 'x-amz-content-sha256');
  if (claimed !== undefined && !isMadeFor(claimed)) return refused('InvalidSignatureException', MISMATCH);

  const { accessKeyId, region, service } = authorization;
  return {
    ok: true,
    verify(body) {
      if (claimed === undefined && !isMadeFor(sha256(body))) return refused('InvalidSignatureException', MISMATCH);
      if (claimed !== undefined && isAltered(body, claimed)) return refused('InvalidSignatureException', ALTERED);
      return { ok: true, accessKeyId, region, service };
    },
  };
}

const INCOMPLETE =
  "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
  "Authorization header requires 'SignedHeaders' parameter.";
const UNRECOGNIZED = 'The security token included in the request is invalid.';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
  'signing method. Consult the service documentation for details.';
const ALTERED = "The value of 'x-amz-content-sha256' is not that of the body.";

function refused(fault: SignatureFault, message: string): SignatureRefusal {
  return { ok: false, fault, message };
}

const credentialPattern = /^([\w.@-]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request$/;

function readAuthorization(header: string): Authorization | null {
  const parts = new Map<string, string>();
  for (const part of header.slice(algorithm.length).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const credential = credentialPattern.exec(parts.get('Credential') ?? '');
  const signature = parts.get('Signature') ?? '';
  const signedHeaders = (parts.get('SignedHeaders') ?? '').split(';').filter((name) => name !== '');
  if (credential === null || !/^[0-9a-f]{64}$/.test(signature)) return null;
  if (signedHeaders.length === 0 || signedHeaders.length > signedHeadersMax) return null;
  const [, accessKeyId = '', date = '', region = '', service = ''] = credential;
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

function untimely(timestamp: string, date: string, nowMs: number): string | null {
  const signedMs = timeOf(timestamp);
  if (signedMs === null) return 'Date must be in ISO-8601 basic format in the header x-amz-date.';
  if (!timestamp.startsWith(date)) {
    return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${timestamp.slice(0, 8)}'.`;
  }
  if (signedMs < nowMs - skewMsMax) return `Signature expired: ${timestamp} is now earlier than 5 minutes ago.`;
  if (signedMs > nowMs + skewMsMax)
    return `Signature not yet current: ${timestamp} is still later than 5 minutes ahead.`;
  return null;
}

function timeOf(timestamp: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

function foreign(service: string, services: readonly string[]): string | null {
  return services.includes(service)
    ? null
    : `Credential should be scoped to correct service: '${services.join("', '")}'.`;
}

/** What is not signed could be changed on the way: the host and everything that is an instruction to AWS has to be. */
function uncovered(headers: SignedHead['headers'], signedHeaders: readonly string[]): string | null {
  const host = signedHeaders.includes(':authority') ? ':authority' : 'host';
  const needed = [host, ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const missing = needed.find((name) => !signedHeaders.includes(name));
  if (missing !== undefined) return `'${missing}' must be a 'SignedHeader' in the AWS Authorization.`;
  const absent = signedHeaders.find((name) => headerValue(headers, name) === undefined);
  return absent === undefined ? null : `The signed header '${absent}' is missing from the request.`;
}

function isAltered(body: Uint8Array, claimed: string): boolean {
  return claimed !== unsignedPayload && !equalInConstantTime(sha256(body), claimed);
}

function signatureOf(
  { method, target, headers }: SignedHead,
  bodyDigest: string,
  authorization: Authorization,
  timestamp: string,
  secret: string,
): string {
  const { date, region, service, signedHeaders } = authorization;
  const [path = '', query = ''] = splitTarget(target);
  const canonicalRequest = [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headerValue(headers, name) ?? ''}`),
    '',
    signedHeaders.join(';'),
    bodyDigest,
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = [algorithm, timestamp, scope, sha256(canonicalRequest)].join('\n');
  const steps = [date, region, service, 'aws4_request'];
  const key = steps.reduce<string | Buffer>((from, step) => hmac(from, step), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

function splitTarget(target: string): [string, string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** Without `.`, `..` and empty segments, and every segment as it was sent, encoded again. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const end = path.endsWith('/') && segments.length > 0 ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

/** Decoded, encoded in the one way that counts, and sorted. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [recode(part), ''] : [recode(part.slice(0, equals)), recode(part.slice(equals + 1))];
    })
    .sort(([nameA = '', valueA = ''], [nameB = '', valueB = '']) => order(nameA, nameB) || order(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function recode(text: string): string {
  try {
    return encode(decodeURIComponent(text));
  } catch {
    return encode(text);
  }
}

function encode(text: string): string {
  const code = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, code);
}

/** The host of a request, in HTTP/1.1 and in HTTP/2. */
const otherNames: Readonly<Record<string, string>> = { host: ':authority', ':authority': 'host' };

/** The one value of a header, as it is signed: repeated ones joined, spaces inside taken together. */
function headerValue(headers: SignedHead['headers'], name: string): string | undefined {
  const value = headers[name] ?? headers[otherNames[name] ?? name];
  if (value === undefined) return undefined;
  const values = typeof value === 'string' ? [value] : value;
  return values.map((text) => text.trim().replace(/\s+/g, ' ')).join(',');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Both are hex digits; a different length is no secret. */
function equalInConstantTime(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
