/**
 * Keyspace notifications: what happens to keys, published on `__keyspace@<db>__:<key>` (the event is the message) and
 * `__keyevent@<db>__:<event>` (the key is the message), as far as `notify-keyspace-events` asks for it.
 *
 * Every event belongs to a class, by the type of the command that brings it about. An event that is not in the table is not
 * published: its name is not one of Redis's.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { Interest } from '../base/interest.js';
import type { Config } from '../config/config.js';
import { type NotificationLetter, notificationLetters } from '../config/notification-classes.js';
import type { KeyspaceEvents } from '../keyspace/keyspace-events.js';
import type { PubSub } from './pub-sub.js';

type EventClass = Exclude<NotificationLetter, 'K' | 'E'>;

const EVENTS_BY_CLASS: Readonly<Partial<Record<EventClass, readonly string[]>>> = {
  g: [...['del', 'rename_from', 'rename_to', 'move_from', 'move_to', 'copy_to', 'restore'], ...['expire', 'persist']],
  $: ['set', 'setrange', 'incrby', 'incrbyfloat', 'append', 'setbit', 'pfadd'],
  l: [...['lpush', 'rpush', 'lpop', 'rpop', 'linsert', 'lset', 'lrem', 'ltrim', 'sortstore']],
  s: ['sadd', 'srem', 'spop', 'sinterstore', 'sunionstore', 'sdiffstore'],
  h: ['hset', 'hincrby', 'hincrbyfloat', 'hdel', 'hexpire', 'hpersist', 'hexpired'],
  z: [
    ...['zadd', 'zincr', 'zrem', 'zremrangebyscore', 'zremrangebyrank', 'zremrangebylex', 'zpopmin', 'zpopmax'],
    ...['zinterstore', 'zunionstore', 'zdiffstore', 'zrangestore', 'geosearchstore', 'georadiusstore'],
  ],
  t: [
    ...['xadd', 'xtrim', 'xdel', 'xsetid', 'xgroup-create', 'xgroup-createconsumer', 'xgroup-delconsumer'],
    ...['xgroup-destroy', 'xgroup-setid', 'xclaim', 'xautoclaim', 'xreadgroup'],
  ],
  d: [
    ...['json.set', 'json.mset', 'json.merge', 'json.del', 'json.clear', 'json.toggle', 'json.strappend'],
    ...['json.numincrby', 'json.nummultby', 'json.numpowby', 'json.arrappend', 'json.arrinsert', 'json.arrpop'],
    ...['json.arrtrim', 'vadd', 'vrem', 'vsetattr', 'ft.sugadd', 'ft.sugdel'],
  ],
  x: ['expired'],
  e: ['evicted'],
  m: ['keymiss'],
  n: ['new'],
};

/** What is published of an event. */
interface KnownEvent {
  readonly eventClass: EventClass;
  readonly name: ByteSlice;
}

const EVENTS: ReadonlyMap<string, KnownEvent> = new Map(
  Object.entries(EVENTS_BY_CLASS).flatMap(([letter, names]) =>
    names.flatMap((name) =>
      [...notificationLetters(letter)].flatMap((eventClass) =>
        eventClass === 'K' || eventClass === 'E'
          ? []
          : [[name, { eventClass, name: ByteSlice.fromText(name) }] as const],
      ),
    ),
  ),
);

export class KeyspaceNotifications {
  #letters: ReadonlySet<NotificationLetter> = new Set();
  /** There while something is asked for. */
  readonly #interest = new Interest();

  constructor(
    private readonly pubsub: PubSub,
    private readonly config: Config,
  ) {}

  /** Publishes what happens from now on. */
  listenTo(events: KeyspaceEvents): void {
    const notify = (db: number, event: string, key: ByteSlice): void => this.#notify(db, event, key);
    events.subscribe({ interest: this.#interest, keyChanged: notify, furtherEvent: notify });
    this.config.onChange((name) => {
      if (name === 'notify-keyspace-events') this.#readSetting(events);
    });
    this.#readSetting(events);
  }

  #readSetting(events: KeyspaceEvents): void {
    this.#letters = notificationLetters(this.config.get('notify-keyspace-events'));
    this.#interest.exists = this.#letters.has('K') || this.#letters.has('E');
    const teller = (letter: NotificationLetter, event: string): ((db: number, key: ByteSlice) => void) | undefined =>
      !this.#interest.exists || !this.#letters.has(letter) ? undefined : (db, key) => this.#notify(db, event, key);
    events.onKeyCreated = teller('n', 'new');
    events.onKeyMissed = teller('m', 'keymiss');
  }

  #notify(db: number, event: string, key: ByteSlice): void {
    if (this.pubsub.isSilent) return;
    const known = EVENTS.get(event);
    if (known === undefined || !this.#letters.has(known.eventClass)) return;
    if (this.#letters.has('K')) {
      const prefix = Buffer.from(`__keyspace@${db}__:`);
      this.pubsub.publish(ByteSlice.of(Buffer.concat([prefix, key.view()])), known.name);
    }
    if (this.#letters.has('E')) this.pubsub.publish(ByteSlice.fromText(`__keyevent@${db}__:${event}`), key);
  }
}
