import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeOptions } from './nearkey.js';
import { RawConnection } from './raw-connection.js';
import { startRedis } from './redis-oracle.js';
import { ReplySplitter } from './reply-splitter.js';
import { describeWith } from './requires.js';

const replies = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':-12\r\n',
  '$5\r\na\r\nb\0\r\n',
  '$0\r\n\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '*2\r\n*1\r\n:1\r\n%1\r\n+k\r\n~2\r\n#t\r\n#f\r\n',
  '%0\r\n',
  '_\r\n',
  ',1.5\r\n',
  ',inf\r\n',
  '(3492890328409238509324850943850943825024385\r\n',
  '=15\r\ntxt:Some string\r\n',
  '!21\r\nSYNTAX invalid syntax\r\n',
  '>3\r\n+message\r\n$1\r\nc\r\n$1\r\nm\r\n',
  '|1\r\n+ttl\r\n:3600\r\n*1\r\n|1\r\n+a\r\n+b\r\n:7\r\n',
];

test('a server of the tests is started as users start it', () => {
  const textOf = (file: string): string =>
    readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
  const options = nodeOptions.join(' ');
  expect(textOf('server/main.ts').split('\n')[0]).toBe(`#!/usr/bin/env -S node ${options}`);
  expect(textOf('package.json')).toContain(`node ${options} server/dist/main.js`);
});

describe('the reply splitter', () => {
  const stream = Buffer.from(replies.join(''), 'latin1');

  test('hands out the raw bytes of every reply however the stream is cut in two', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const splitter = new ReplySplitter();
      const received = [...splitter.feed(stream.subarray(0, cut)), ...splitter.feed(stream.subarray(cut))];
      expect(received.map((reply) => reply.toString('latin1'))).toEqual(replies);
      expect(splitter.rest()).toHaveLength(0);
    }
  });

  test('hands out the raw bytes of every reply when the stream comes byte by byte, many times over', () => {
    const splitter = new ReplySplitter();
    const rounds = 200;
    const received: string[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const byte of stream) {
        for (const reply of splitter.feed(Uint8Array.of(byte))) received.push(reply.toString('latin1'));
      }
    }
    expect(received).toEqual(Array.from({ length: rounds }, () => replies).flat());
  });

  test('refuses what is not a reply', () => {
    expect(() => new ReplySplitter().feed(Buffer.from('?1\r\n'))).toThrow('unknown type');
    expect(() => new ReplySplitter().feed(Buffer.from('$x\r\n'))).toThrow('length');
    expect(() => new ReplySplitter().feed(Buffer.from('$1\r\nabc'))).toThrow('does not end in CRLF');
    expect(() => new ReplySplitter().feed(Buffer.from('+OK\n'))).toThrow('does not end in CRLF');
  });
});

describeWith('redis-server', 'the oracle', () => {
  test('answers over a raw connection and stops', async () => {
    const redis = await startRedis();
    try {
      const connection = await RawConnection.open({ port: redis.port });
      expect((await connection.call('PING')).toString()).toBe('+PONG\r\n');
      expect((await connection.call('GET', 'none')).toString()).toBe('$-1\r\n');
      connection.send('HELLO 3\r\nGET none\r\n');
      const [hello, none] = await connection.repliesOf(2);
      expect(hello?.toString()).toMatch(/^%7\r\n/);
      expect(none?.toString()).toBe('_\r\n');
      connection.send('QUIT\r\n');
      expect((await connection.closed()).toString()).toBe('+OK\r\n');
      expect(connection.isClosed).toBe(true);
    } finally {
      await redis.stop();
    }
  });
});
