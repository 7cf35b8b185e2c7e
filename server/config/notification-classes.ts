/** `notify-keyspace-events`: letters that name where events are published and which classes of them. */
import { ConfigError } from './config-error.js';

/** A class of events by its letter; `K` and `E` are the two kinds of channels. */
export type NotificationLetter = 'K' | 'E' | 'g' | '$' | 'l' | 's' | 'h' | 'z' | 'x' | 'e' | 't' | 'd' | 'm' | 'n';

/** What `A` stands for, in the order in which Redis writes it. */
const ALL: readonly NotificationLetter[] = ['g', '$', 'l', 's', 'h', 'z', 'x', 'e', 't', 'd'];
const OTHERS: readonly NotificationLetter[] = ['K', 'E', 'm'];

const KNOWN: readonly NotificationLetter[] = [...ALL, 'n', ...OTHERS];

/**
 * The letters of a setting, without order; `A` spelled out.
 * @throws ConfigError on any other letter
 */
export function notificationLetters(text: string): ReadonlySet<NotificationLetter> {
  const letters = new Set<NotificationLetter>();
  for (const char of text) {
    const letter = KNOWN.find((known) => known === char);
    if (letter !== undefined) letters.add(letter);
    else if (char !== 'A') throw new ConfigError("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
    else for (const each of ALL) letters.add(each);
  }
  return letters;
}

/** The setting as CONFIG GET answers it: `A` swallows `n`, as in Redis. */
export function normalNotificationText(text: string): string {
  const letters = notificationLetters(text);
  const named = (of: readonly NotificationLetter[]): string => of.filter((letter) => letters.has(letter)).join('');
  const classes = named(ALL).length === ALL.length ? 'A' : named([...ALL, 'n']);
  return classes + named(OTHERS);
}
