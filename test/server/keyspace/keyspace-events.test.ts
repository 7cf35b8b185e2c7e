import { Interest } from '#server/base/interest.js';
import { KeyspaceEvents } from '#server/keyspace/keyspace-events.js';
import { bytes } from '../../support/small-keyspace.js';

describe('KeyspaceEvents', () => {
  test('tells every listener what it asked for, in the order of subscription', () => {
    const events = new KeyspaceEvents();
    const told: string[] = [];
    events.subscribe({
      keyChanged: (db, event, key) => told.push(`first ${db} ${event} ${key.utf8()}`),
      commandDone: () => told.push('first done'),
    });
    events.subscribe({
      keyChanged: (db) => told.push(`second ${db}`),
      databaseFlushing: (db) => told.push(`second flushing ${db}`),
      databaseFlushed: (db) => told.push(`second flushed ${db}`),
      databasesSwapped: (a, b) => told.push(`second swapped ${a} ${b}`),
    });
    events.keyChanged(1, 'set', bytes('k'));
    events.databaseFlushing(2);
    events.databaseFlushed(2);
    events.databasesSwapped(0, 3);
    events.commandDone();
    expect(told).toEqual([
      'first 1 set k',
      'second 1',
      'second flushing 2',
      'second flushed 2',
      'second swapped 0 3',
      'first done',
    ]);
  });

  test('tells a further event to those who want events, not as a change', () => {
    const events = new KeyspaceEvents();
    const told: string[] = [];
    events.subscribe({ keyChanged: (_db, event) => told.push(`changed ${event}`) });
    events.subscribe({ furtherEvent: (db, event, key) => told.push(`${db} ${event} ${key.utf8()}`) });
    events.furtherEvent(1, 'expire', bytes('k'));
    expect(told).toEqual(['1 expire k']);
  });

  test('tells nothing of changes to who has no interest now, and all the rest', () => {
    const events = new KeyspaceEvents();
    const interest = new Interest();
    const told: string[] = [];
    events.subscribe({
      interest,
      keyChanged: () => told.push('changed'),
      furtherEvent: () => told.push('further'),
      commandDone: () => told.push('done'),
      databaseFlushed: () => told.push('flushed'),
      effect: () => told.push('effect'),
    });
    const tellAll = (): readonly string[] => {
      events.keyChanged(0, 'set', bytes('k'));
      events.furtherEvent(0, 'expire', bytes('k'));
      events.commandDone();
      events.databaseFlushed(0);
      events.effect(0, ['SET', 'k', 'v']);
      return told.splice(0);
    };
    expect(tellAll()).toEqual(['flushed', 'effect']);
    interest.exists = true;
    expect(tellAll()).toEqual(['changed', 'further', 'done', 'flushed', 'effect']);
  });

  test('wants effects only when somebody listens to them', () => {
    const events = new KeyspaceEvents();
    events.subscribe({ keyChanged: () => undefined });
    expect(events.wantsEffects).toBe(false);
    events.effect(0, ['SET', 'k', 'v']);
    const told: string[][] = [];
    events.subscribe({ effect: (db, argv) => told.push([`${db}`, ...argv.map(String)]) });
    expect(events.wantsEffects).toBe(true);
    events.effect(5, ['DEL', 'k']);
    expect(told).toEqual([['5', 'DEL', 'k']]);
  });

  test('puts the effects of a transaction between MULTI and EXEC, when there are any', () => {
    const events = new KeyspaceEvents();
    const told: string[] = [];
    events.subscribe({ effect: (db, argv) => told.push(`${db} ${argv.join(' ')}`) });
    events.beginTransaction();
    events.endTransaction(0);
    expect(told).toEqual([]);
    events.beginTransaction();
    events.effect(1, ['INCR', 'a']);
    events.effect(2, ['INCR', 'b']);
    events.endTransaction(2);
    events.effect(0, ['INCR', 'c']);
    expect(told).toEqual(['1 MULTI', '1 INCR a', '2 INCR b', '2 EXEC', '0 INCR c']);
  });
});
