/**
 * Clients that break off, send garbage, promise gigabytes, never read or never leave. During each of them another client,
 * the bystander, asks without pause and must get its answers; afterwards the server has let the hostile ones go.
 */
import { readFileSync } from 'node:fs';
import { type Subject, startSubject } from '../compat/subject.js';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { encodeCommand, RawConnection } from '../support/raw-connection.js';
import { parseReply } from '../support/reply-tree.js';

const idleConnections = 10_000;
const megabyte = 1024 * 1024;
/** What a test has, on a busy machine. */
const testMs = 180_000;
const goneMs = 60_000;

let subject: Subject;
let bystander: RawConnection;

beforeAll(async () => {
  subject = await startSubject(['--maxclients', String(idleConnections + 1_000)]);
});

afterAll(async () => {
  await subject?.stop();
});

beforeEach(async () => {
  bystander = await open();
});

function open(timeoutMs = goneMs): Promise<RawConnection> {
  return RawConnection.open({ port: subject.port, timeoutMs });
}

/** Runs the attack while the bystander writes and reads; answers how often it was answered. */
async function besides(attack: () => Promise<void>): Promise<number> {
  let isOver = false;
  const attacked = attack().finally(() => {
    isOver = true;
  });
  let answered = 0;
  do {
    const value = `value ${answered}`;
    bystander.send(Buffer.concat([encodeCommand(['SET', 'bystander', value]), encodeCommand(['GET', 'bystander'])]));
    const replies = (await bystander.repliesOf(2)).map(String);
    expect(replies).toEqual(['+OK\r\n', `$${value.length}\r\n${value}\r\n`]);
    answered += 1;
  } while (!isOver);
  await attacked;
  return answered;
}

async function infoField(section: string, field: string): Promise<number> {
  const text = parseReply(await bystander.call('INFO', section)).text ?? '';
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(text)?.[1]);
}

/** Waits until the bystander is the only client left, then lets it go too. */
async function untilAlone(): Promise<void> {
  const deadlineMs = Date.now() + goneMs;
  while ((await infoField('clients', 'connected_clients')) > 1) {
    if (Date.now() > deadlineMs) throw new Error('the server still holds connections that are gone');
  }
  bystander.close();
}

afterEach(untilAlone, goneMs + 5_000);

test('a connection killed in the middle of a command harms nobody', async () => {
  await besides(async () => {
    for (let round = 0; round < 200; round++) {
      const victim = await open();
      victim.send('*3\r\n$3\r\nSET\r\n$9\r\nbystander\r\n$1000\r\nhalf');
      if (round % 2 === 0) victim.reset();
      else victim.close();
    }
  });
  expect(String(await bystander.call('GET', 'bystander'))).toMatch(/value \d+/);
});

test('half a command waits for its other half while others are served', async () => {
  const slow = await open();
  slow.send('*2\r\n$4\r\nECHO\r\n$5\r\nhe');
  expect(await besides(async () => undefined)).toBeGreaterThan(0);
  slow.send('llo\r\n');
  expect(String(await slow.reply())).toBe('$5\r\nhello\r\n');
  slow.close();
});

test('a bulk of 600 MB is refused by its header', async () => {
  await besides(async () => {
    const greedy = await open();
    greedy.send('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$629145600\r\n');
    expect(String(await greedy.closed())).toBe('-ERR Protocol error: invalid bulk length\r\n');
  });
});

test('a bulk of 500 MB that is promised and never sent costs no memory', async () => {
  const before = await infoField('memory', 'used_memory_rss');
  const promising: RawConnection[] = [];
  await besides(async () => {
    for (let index = 0; index < 20; index++) {
      const connection = await open();
      connection.send('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$524288000\r\nand no more');
      promising.push(connection);
    }
  });
  expect((await infoField('memory', 'used_memory_rss')) - before).toBeLessThan(200 * megabyte);
  for (const connection of promising) connection.close();
});

test(
  `${idleConnections} idle connections leave room for one that works`,
  async () => {
    const limit = openFilesMax();
    if (limit < idleConnections + 500)
      throw new Error(`the hard limit of open files is ${limit}: raise it (ulimit -Hn)`);
    const idle: RawConnection[] = [];
    const answered = await besides(async () => {
      while (idle.length < idleConnections) {
        idle.push(...(await Promise.all(Array.from({ length: 100 }, () => open()))));
      }
    });
    expect(answered).toBeGreaterThan(10);
    // The kernel says a connection is open before the server has taken it from the queue.
    const acceptedByMs = Date.now() + goneMs;
    while ((await infoField('clients', 'connected_clients')) < idleConnections + 1 && Date.now() < acceptedByMs);
    expect(await infoField('clients', 'connected_clients')).toBe(idleConnections + 1);
    for (const connection of [idle[0], idle[idleConnections / 2], idle.at(-1)]) {
      expect(String(await connection?.call('PING'))).toBe('+PONG\r\n');
    }
    await besides(async () => {
      for (const connection of idle) connection.close();
    });
  },
  testMs,
);

test(
  'a client that never reads is held within its output limit, and harms nobody',
  async () => {
    const requests = 400;
    await bystander.call('SET', 'big', 'x'.repeat(megabyte));
    const limits = parseReply(await bystander.call('CONFIG', 'GET', 'client-output-buffer-limit')).items[1]?.text ?? '';
    const limited = await bystander.call('CONFIG', 'SET', 'client-output-buffer-limit', `normal ${32 * megabyte} 0 0`);
    expect(String(limited)).toBe('+OK\r\n');
    const before = await infoField('memory', 'used_memory_rss');
    const deaf = await open();
    deaf.socket.pause();
    await besides(async () => {
      for (let requested = 0; requested < requests; requested++) deaf.send(encodeCommand(['GET', 'big']));
      await roundTrips(500);
    });
    expect((await infoField('memory', 'used_memory_rss')) - before).toBeLessThan(200 * megabyte);
    deaf.socket.resume();
    const received = await countUntilEnd(deaf, requests);
    expect(received === requests || deaf.isClosed).toBe(true);
    deaf.close();
    await bystander.call('CONFIG', 'SET', 'client-output-buffer-limit', limits);
  },
  testMs,
);

test(
  'a client that reads late gets everything it asked for',
  async () => {
    await bystander.call('SET', 'big', 'x'.repeat(megabyte));
    const late = await open();
    late.socket.pause();
    const requests = 100;
    await besides(async () => {
      for (let requested = 0; requested < requests; requested++) late.send(encodeCommand(['GET', 'big']));
      await roundTrips(500);
    });
    late.socket.resume();
    for (const reply of await late.repliesOf(requests)) expect(reply.length).toBe(megabyte + '$1048576\r\n\r\n'.length);
    late.close();
  },
  testMs,
);

test('connections reset in the middle of a large reply harm nobody', async () => {
  await bystander.call('SET', 'big', 'x'.repeat(8 * megabyte));
  await besides(async () => {
    for (let round = 0; round < 50; round++) {
      const victim = await open();
      victim.send(encodeCommand(['GET', 'big']));
      await new Promise<void>((resolve) => victim.socket.once('data', () => resolve()));
      victim.reset();
    }
  });
});

test(
  'garbage harms nobody',
  async () => {
    const random = new SeededRandom(7);
    await besides(async () => {
      for (let round = 0; round < 100; round++) {
        const noisy = await open();
        const start = random.pick([
          '',
          '*',
          '$',
          '*1\r\n',
          '*1000000\r\n$',
          'GET ',
          '\0',
          '\x16\x03\x01',
          'POST / HTTP/1.1\r\n',
        ]);
        noisy.send(
          Buffer.concat([Buffer.from(start, 'latin1'), Buffer.from(random.times(20_000, () => random.below(256)))]),
        );
        noisy.socket.end();
        noisy.socket.resume();
        await new Promise<void>((resolve) => noisy.socket.once('close', () => resolve()));
      }
    });
  },
  testMs,
);

test(
  'an inline command without an end is cut off long before a gigabyte',
  async () => {
    let sentBytes = 0;
    await besides(async () => {
      const endless = await open();
      const chunk = Buffer.alloc(megabyte, 'x');
      while (!endless.isClosed && sentBytes < 1024 * megabyte) {
        sentBytes += chunk.length;
        await new Promise<void>((resolve) => endless.socket.write(chunk, () => resolve()));
      }
      const answer = String(await endless.closed());
      expect(['', '-ERR Protocol error: too big inline request\r\n']).toContain(answer);
    });
    expect(sentBytes).toBeLessThan(64 * megabyte);
  },
  testMs,
);

test('clients that come and go in haste harm nobody', async () => {
  await besides(async () => {
    for (let round = 0; round < 40; round++) {
      const hasty = await Promise.all(Array.from({ length: 50 }, () => open()));
      for (const [index, connection] of hasty.entries()) {
        if (index % 3 === 0) connection.send('PING\r\n');
        if (index % 2 === 0) connection.reset();
        else connection.close();
      }
    }
  });
});

test('a transaction whose client dies before EXEC changes nothing', async () => {
  await besides(async () => {
    for (let round = 0; round < 50; round++) {
      const dying = await open();
      dying.send('MULTI\r\nSET half done\r\n');
      await dying.repliesOf(2);
      dying.reset();
    }
  });
  expect(String(await bystander.call('EXISTS', 'half'))).toBe(':0\r\n');
});

/** Time for the server to come round to every connection, measured in its own answers. */
async function roundTrips(count: number): Promise<void> {
  const connection = await open();
  for (let round = 0; round < count; round++) await connection.call('PING');
  connection.close();
}

/** Reads replies until there are `count` or the server ends the connection. */
async function countUntilEnd(connection: RawConnection, count: number): Promise<number> {
  for (let received = 0; received < count; received++) {
    try {
      await connection.reply();
    } catch {
      return received;
    }
  }
  return count;
}

/** The hard limit of open files, to which Node raises its own at start. */
function openFilesMax(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
