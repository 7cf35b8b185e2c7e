/**
 * Runs a compat script against two servers at once and answers the first difference. Every script begins with empty
 * databases and connections of its own. At the end each connection is RESET: an answer other than `+RESET` means that a
 * server said more, or less, than the script knows.
 */
import { RawConnection } from '../support/raw-connection.js';
import { parseReply } from '../support/reply-tree.js';
import { canonicalItems, type Looseness } from './looseness.js';
import { encodeLine, type Protocol, type Script, type Step, toStep, type Variable } from './script.js';

/** How long something that a server does in its own time (expiry) may take, on a busy machine. */
const eventualMsMax = 60_000;
const iterationsMax = 100_000;

export interface Difference {
  readonly line: string;
  readonly why: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface Ports {
  readonly ours: number;
  readonly theirs: number;
}

/** One server's side of a running script. */
class Side {
  readonly #connections = new Map<string, RawConnection>();
  /** What a connection said of itself the first time it was asked: once it is blocked it says nothing. */
  readonly #clientInfo = new Map<string, string>();

  private constructor(
    readonly port: number,
    readonly protocol: Protocol,
    readonly eventualMs: number,
    readonly control: RawConnection,
  ) {}

  static async open(port: number, protocol: Protocol, eventualMs: number): Promise<Side> {
    const control = await RawConnection.open({ port });
    const flushed = await control.call('FLUSHALL');
    if (flushed.toString() !== '+OK\r\n') throw new Error(`FLUSHALL answered ${flushed.toString()}`);
    return new Side(port, protocol, eventualMs, control);
  }

  async connection(name: string): Promise<RawConnection> {
    const known = this.#connections.get(name);
    if (known !== undefined) return known;
    const opened = await RawConnection.open({ port: this.port });
    this.#connections.set(name, opened);
    if (this.protocol === 3) await opened.call('HELLO', '3');
    return opened;
  }

  /** The line's bytes for this server: ids and addresses of connections are its own. */
  async encode(line: string, cursor = '0'): Promise<Buffer> {
    const values = new Map<string, string>([['cursor:', cursor]]);
    for (const [, kind = '', name = ''] of line.matchAll(/<(id|addr|laddr):(\w+)>/g)) {
      values.set(`${kind}:${name}`, await this.#clientField(name, kind));
    }
    const variable: Variable = (kind, name) => values.get(`${kind}:${name}`) ?? '';
    return encodeLine(line, variable);
  }

  /** Waits until the server says that a connection is blocked. */
  async blocked(id: string): Promise<void> {
    const deadlineMs = Date.now() + this.eventualMs;
    for (;;) {
      const info = parseReply(await this.control.call('CLIENT', 'LIST', 'ID', id)).text ?? '';
      if (/\bflags=\S*b/.test(info)) return;
      if (Date.now() > deadlineMs) throw new Error(`the client is not blocked: ${info}`);
    }
  }

  /** A connection's own id. */
  clientId(name: string): Promise<string> {
    return this.#clientField(name, 'id');
  }

  async finish(restores: readonly string[]): Promise<string | null> {
    for (const line of restores) {
      this.control.send(encodeLine(line));
      await this.control.reply();
    }
    for (const [name, connection] of this.#connections) {
      if (connection.isClosed) continue;
      const answer = await connection.call('RESET').then((reply) => reply.toString('latin1'), String);
      if (answer !== '+RESET\r\n') return `connection ${name} answered ${JSON.stringify(answer)} to RESET`;
    }
    return null;
  }

  close(): void {
    for (const connection of [...this.#connections.values(), this.control]) connection.close();
  }

  async #clientField(name: string, kind: string): Promise<string> {
    const connection = await this.connection(name);
    const info = this.#clientInfo.get(name) ?? parseReply(await connection.call('CLIENT', 'INFO')).text ?? '';
    this.#clientInfo.set(name, info);
    return new RegExp(`\\b${kind}=(\\S+)`).exec(info)?.[1] ?? '';
  }
}

export async function runScript(
  script: Script,
  protocol: Protocol,
  ports: Ports,
  eventualMs = eventualMsMax,
): Promise<Difference | null> {
  const ours = await Side.open(ports.ours, protocol, eventualMs);
  const theirs = await Side.open(ports.theirs, protocol, eventualMs);
  try {
    let difference: Difference | null = null;
    for (const line of script.lines) {
      difference = await runStep(toStep(line), ours, theirs);
      if (difference !== null) break;
    }
    const [a, b] = [await ours.finish(script.restores), await theirs.finish(script.restores)];
    if (difference !== null || (a === null && b === null)) return difference;
    return { line: 'the end of the script', why: 'an answer too many', ours: a ?? 'clean', theirs: b ?? 'clean' };
  } finally {
    ours.close();
    theirs.close();
  }
}

async function runStep(step: Step, ours: Side, theirs: Side): Promise<Difference | null> {
  const [a, b] = await Promise.all([answers(step, ours), answers(step, theirs)]);
  if (step.kind === 'eventually') {
    const came = [...a, ...b].every((reply) => reply.toString('latin1') === step.reply);
    return came ? null : describe(step, `${JSON.stringify(step.reply)} did not come from both`, a, b);
  }
  if (step.kind === 'scan') {
    return a.join('') === b.join('') ? null : describe(step, 'the replies differ', a, b);
  }
  if (a.length !== b.length) return describe(step, `${a.length} replies instead of ${b.length}`, a, b);
  const loose = 'loose' in step ? step.loose : null;
  for (const [index, reply] of b.entries()) {
    const mine = a[index] ?? Buffer.alloc(0);
    const why =
      loose === null ? (mine.equals(reply) ? null : 'the replies differ') : looseDifference(loose, mine, reply);
    if (why !== null) return describe(step, why, a, b);
  }
  return null;
}

function looseDifference(loose: Looseness, a: Buffer, b: Buffer): string | null {
  const why = loose.difference(a, b);
  return why === null ? null : `${why} (compared loosely: ${loose.reason})`;
}

/** What the server sent in answer to the step. A reply that does not come is a text instead, which equals nothing. */
async function answers(step: Step, side: Side): Promise<Buffer[]> {
  const connection = await side.connection(step.on);
  const replies: Buffer[] = [];
  try {
    switch (step.kind) {
      case 'command':
        connection.send(await side.encode(step.line));
        if (step.closes) return [await connection.closed()];
        while (replies.length < step.replies) replies.push(await connection.reply());
        return replies;
      case 'blocks': {
        const id = await side.clientId(step.on);
        connection.send(Buffer.concat(await Promise.all(step.lines.map((line) => side.encode(line)))));
        await side.blocked(id);
        return [];
      }
      case 'answers':
        while (replies.length < step.replies) replies.push(await connection.reply());
        return replies;
      case 'raw':
        await sendPieces(step.pieces, connection, side.control);
        if (step.closes) return [await connection.closed()];
        while (replies.length < step.replies) replies.push(await connection.reply());
        return replies;
      case 'heard':
        do replies.push(await connection.reply());
        while (!replies.at(-1)?.includes(step.last));
        return replies;
      case 'scan':
        return [Buffer.from(await scanAll(step, connection, side), 'latin1')];
      case 'eventually':
        return [await pollUntil(step, connection, side)];
    }
  } catch (error) {
    return [
      ...replies,
      Buffer.from(`(${error instanceof Error ? error.message : String(error)} on port ${side.port})`),
    ];
  }
}

/** A round trip on another connection after each piece lets the server read the pieces one by one. */
async function sendPieces(pieces: readonly Buffer[], connection: RawConnection, control: RawConnection): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await control.call('PING');
    connection.send(piece);
  }
}

async function scanAll(step: Extract<Step, { kind: 'scan' }>, connection: RawConnection, side: Side): Promise<string> {
  const seen = new Set<string>();
  let cursor = '0';
  for (let iteration = 0; iteration < iterationsMax; iteration++) {
    connection.send(await side.encode(step.line, cursor));
    const reply = await connection.reply();
    const [next, page] = parseReply(reply).items;
    if (next?.text === undefined || next.text === null || page === undefined) return reply.toString('latin1');
    for (const element of canonicalItems(page, step.entries)) seen.add(element);
    cursor = next.text;
    if (cursor === '0') return [...seen].sort().join('\n');
  }
  return `the cursor is not 0 after ${iterationsMax} calls`;
}

async function pollUntil(
  step: Extract<Step, { kind: 'eventually' }>,
  connection: RawConnection,
  side: Side,
): Promise<Buffer> {
  const deadlineMs = Date.now() + side.eventualMs;
  for (;;) {
    connection.send(await side.encode(step.line));
    const reply = await connection.reply();
    if (reply.toString('latin1') === step.reply) return reply;
    if (Date.now() > deadlineMs) return Buffer.concat([Buffer.from('(still) '), reply]);
  }
}

function describe(step: Step, why: string, ours: readonly Buffer[], theirs: readonly Buffer[]): Difference {
  const line = describeStep(step);
  return { line: `${step.on}> ${line}`, why, ours: ours.map(excerpt).join(' '), theirs: theirs.map(excerpt).join(' ') };
}

function describeStep(step: Step): string {
  switch (step.kind) {
    case 'raw':
      return step.pieces.map((piece) => excerpt(piece)).join(' | ');
    case 'blocks':
      return `${step.lines.join(' | ')} (blocks)`;
    case 'answers':
      return '(the answers to what was sent before)';
    case 'heard':
      return '(what it hears)';
    default:
      return step.line;
  }
}

/** The difference as a reader of a failed test wants it. */
export function tell(difference: Difference): string {
  const { line, why, ours, theirs } = difference;
  return `${why}\n  after   ${line}\n  ours    ${ours}\n  oracle  ${theirs}`;
}

/** Long replies are shown by their first 600 bytes and their length. */
function excerpt(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString('latin1', 0, 600));
  return bytes.length > 600 ? `${text}... (${bytes.length} bytes)` : text;
}
