/**
 * Server-sent events as providers use them: a name, data in one or more lines, a blank line. Comments, ids and retry times are left out.
 * Bytes may be cut anywhere, within a character, too.
 */
import type { StreamEvent } from '../stored-answer.js';
import type { StreamDecoder } from './front-door.js';

export const eventStreamType = 'text/event-stream';

export function eventStreamDecoder(): StreamDecoder {
  const text = new TextDecoder();
  let rest = '';
  let name: string | undefined;
  let data: string[] = [];
  return {
    push(bytes) {
      rest += text.decode(bytes, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      const events: StreamEvent[] = [];
      for (const line of lines) {
        const [, field = '', value = ''] = /^([^:]*)(?:: ?)?([\s\S]*)$/.exec(line) ?? [];
        if (line === '') {
          if (data.length > 0) events.push(named(name, data.join('\n')));
          name = undefined;
          data = [];
        } else if (field === 'data') data.push(value);
        else if (field === 'event') name = value;
      }
      return events;
    },
  };
}

export function encodeServerSentEvent({ name, data }: StreamEvent): Uint8Array {
  const lines = data.includes('\n') ? data.split('\n').join('\ndata: ') : data;
  return Buffer.from(name === undefined ? `data: ${lines}\n\n` : `event: ${name}\ndata: ${lines}\n\n`);
}

function named(name: string | undefined, data: string): StreamEvent {
  return name === undefined ? { data } : { name, data };
}
