/** Compat scripts of XREAD and XREADGROUP that wait: what wakes them, who is served, and how the waiting ends. */
import { answered, blocks, type Line, on, type Script, script } from './script.js';

const stream = ['XADD s 1-1 a b', 'XGROUP CREATE s g $'];
const asGroup = 'XREADGROUP GROUP g c BLOCK 0 STREAMS s >';

/** What becomes of a client that reads as a group when others do this. */
const lost = (name: string, lines: readonly Line[], read = asGroup): Script =>
  script(`XREADGROUP waits while others ${name}`, [
    ...stream,
    'XGROUP CREATE t g $ MKSTREAM',
    on('b', blocks(read)),
    ...lines,
    answered('b'),
    on('b', 'PING'),
  ]);

export const streamBlockingScripts: readonly Script[] = [
  script('XREAD and XREADGROUP that need not wait', [
    ...stream,
    'XREAD BLOCK 0 STREAMS s 0',
    'XREAD COUNT 1 BLOCK 1000 STREAMS none s 0 0',
    'XREADGROUP GROUP g c BLOCK 0 STREAMS s 0',
    ...['-1', 'x', '1.5', '9223372036854775808', '""'].flatMap((time) => [
      `XREAD BLOCK ${time} STREAMS s $`,
      `XREADGROUP GROUP g c BLOCK ${time} STREAMS s >`,
    ]),
    'XREAD BLOCK STREAMS s $',
    'XREAD BLOCK',
    'XREADGROUP GROUP none c BLOCK 0 STREAMS s >',
    'SET str v',
    'XREAD BLOCK 0 STREAMS s str $ $',
    'XREADGROUP GROUP g c BLOCK 0 STREAMS str >',
  ]),

  script('waiting for entries ends when its time is over', [
    ...stream,
    'XREAD BLOCK 10 STREAMS s $',
    'XREAD BLOCK 1 STREAMS none s 0 1-1',
    'XREADGROUP GROUP g c BLOCK 10 STREAMS s >',
    'PING',
  ]),

  script('in a transaction nothing waits for entries', [
    ...stream,
    'MULTI',
    'XREAD BLOCK 0 STREAMS s $',
    'XREADGROUP GROUP g c BLOCK 0 STREAMS s >',
    'XADD s 2-1 a b',
    'XREADGROUP GROUP g c BLOCK 0 STREAMS s >',
    'EXEC',
  ]),

  script('XREAD is served with what comes after it blocked', [
    ...stream,
    on('b', blocks('XREAD BLOCK 0 STREAMS s $', 'PING')),
    on('c', blocks('XREAD COUNT 1 BLOCK 0 STREAMS none s 0 1-1')),
    'MULTI',
    'XADD s 2-1 a b',
    'XADD s 3-1 a b',
    'EXEC',
    answered('b', 2),
    answered('c'),
    on('b', blocks('XREAD BLOCK 0 STREAMS new $')),
    'XADD new 0-1 a b',
    answered('b'),
    on('b', blocks('XREAD BLOCK 0 STREAMS s $')),
    'XDEL s 2-1',
    'DEL s',
    'SET s v',
    'DEL s',
    'XADD s 1-5 a b',
    'XADD s 9-9 a b',
    answered('b'),
    on('b', blocks('XREAD BLOCK 0 STREAMS s $')),
    'XADD other 99-9 a b',
    'RENAME other s',
    answered('b'),
  ]),

  script('XREADGROUP gives an entry to the first who waits', [
    ...stream,
    on('b', blocks('XREADGROUP GROUP g b COUNT 1 BLOCK 0 STREAMS s >')),
    on('c', blocks('XREADGROUP GROUP g c COUNT 1 BLOCK 0 NOACK STREAMS s >')),
    on('d', blocks('XREADGROUP GROUP g d BLOCK 0 STREAMS s s > >')),
    'XADD s 2-1 a b',
    answered('b'),
    'XADD s 3-1 a b',
    answered('c'),
    'XADD s 4-1 a b',
    answered('d'),
    'XPENDING s g',
    'XINFO GROUPS s',
  ]),

  script('XREADGROUP is not woken by a group that is set back', [
    ...stream,
    on('b', blocks(asGroup)),
    'XGROUP SETID s g 0',
    'XGROUP CREATE s h 0',
    'XSETID s 5-5',
    'XADD s 6-1 a b',
    answered('b'),
    'XPENDING s g',
  ]),

  lost('delete the stream', ['DEL s']),
  lost('overwrite the stream', ['SET s v']),
  lost('rename the stream', ['RENAME s other']),
  lost('rename another key to the stream', ['SET other v', 'RENAME other s']),
  lost('copy another stream over it', ['COPY t s REPLACE', 'XADD s 1-1 a b']),
  lost('move the stream', ['MOVE s 3']),
  lost('swap databases', ['SWAPDB 0 5', 'SWAPDB 0 5']),
  lost('flush everything', ['FLUSHALL']),
  lost('destroy the group', ['XGROUP DESTROY s g']),
  lost('make the stream anew', ['MULTI', 'DEL s', 'XADD s 5-5 a b', 'EXEC']),
  lost('make stream and group anew', ['MULTI', 'DEL s', 'XGROUP CREATE s g 0 MKSTREAM', 'XADD s 5-5 a b', 'EXEC']),
  lost('make the group anew', ['MULTI', 'XGROUP DESTROY s g', 'XGROUP CREATE s g 0', 'EXEC']),
  lost('delete another stream it waits for', ['DEL t'], 'XREADGROUP GROUP g c BLOCK 0 STREAMS s t > >'),
  lost('unblock it', ['CLIENT UNBLOCK <id:b>']),
  lost('unblock it with an error', ['CLIENT UNBLOCK <id:b> ERROR']),
];
