/** CLIENT TRACKING and what belongs to it: which changes of keys a client that caches them wants to hear of. */
import type { Client } from '../client/client.js';
import type { TrackingState } from '../client/tracking-state.js';
import { errorFor, errors } from '../errors.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, command, noArguments } from './command.js';

const own = {
  flags: ['noscript', 'loading', 'stale'],
  acl: ['connection'],
  group: 'connection',
} as const;

interface TrackingOptions {
  /** ON or OFF; anything else is found out after the redirection. */
  readonly status: string;
  /** 0: to the client itself. */
  readonly redirectTo: number;
  readonly broadcast: boolean;
  readonly optIn: boolean;
  readonly optOut: boolean;
  readonly noLoop: boolean;
  readonly prefixes: readonly string[];
}

const tracking = command<TrackingOptions>({
  ...own,
  name: 'CLIENT TRACKING',
  arity: -3,
  since: '6.0.0',
  complexity: 'O(1). Some options may introduce additional complexity.',
  summary: 'Enable or disable server assisted client side caching support',
  syntax: '<ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]',
  parse: parseTracking,
  run: (context, options) => {
    const { client, reply, server } = context;
    if (options.redirectTo !== 0 && server.clients.get(options.redirectTo) === undefined) throw errors.noSuchRedirect;
    if (options.status === 'ON') server.tracking.enable(client, checkedState(client, options));
    else if (options.status === 'OFF') server.tracking.disable(client);
    else throw errors.syntax;
    reply.simple('OK');
  },
});

function parseTracking(args: ArgumentParser): TrackingOptions {
  const status = args.bytes().latin1().toUpperCase();
  const prefixes: string[] = [];
  const seen = { broadcast: false, optIn: false, optOut: false, noLoop: false };
  let redirectTo: number | undefined;
  while (args.remaining > 0) {
    if (args.option('REDIRECT')) {
      if (redirectTo !== undefined) args.fail(errors.redirectTwice);
      redirectTo = args.integer();
    } else if (args.flag('BCAST')) seen.broadcast = true;
    else if (args.flag('OPTIN')) seen.optIn = true;
    else if (args.flag('OPTOUT')) seen.optOut = true;
    else if (args.flag('NOLOOP')) seen.noLoop = true;
    else if (args.option('PREFIX')) prefixes.push(args.bytes().latin1());
    else args.fail(errors.syntax);
  }
  return { ...seen, status, redirectTo: redirectTo ?? 0, prefixes };
}

/** @throws ReplyError when options contradict each other or what the client has asked for before */
function checkedState({ tracking: before }: Client, options: TrackingOptions): TrackingState {
  const { broadcast, optIn, optOut, noLoop, redirectTo } = options;
  if (!broadcast && options.prefixes.length > 0) throw errors.prefixWithoutBroadcast;
  if (before !== undefined && (before.mode === 'bcast') !== broadcast) throw errors.broadcastSwitch;
  if (broadcast && (optIn || optOut)) throw errors.broadcastWithOpt;
  if (optIn && optOut) throw errors.optInAndOut;
  if ((optIn && before?.mode === 'optout') || (optOut && before?.mode === 'optin')) throw errors.optSwitch;
  const prefixes = new Set(before?.prefixes);
  if (broadcast) {
    checkPrefixes(options.prefixes, prefixes);
    for (const prefix of options.prefixes) prefixes.add(prefix);
    if (prefixes.size === 0) prefixes.add('');
  }
  const mode = broadcast ? 'bcast' : optIn ? 'optin' : optOut ? 'optout' : 'default';
  return { mode, noLoop, redirectTo, redirectBroken: false, caching: before?.caching ?? false, prefixes };
}

function checkPrefixes(given: readonly string[], existing: ReadonlySet<string>): void {
  for (const [i, prefix] of given.entries()) {
    for (const other of existing) {
      if (overlap(prefix, other)) throw errorFor.prefixOverlaps(prefix, other, 'an existing');
    }
    for (const other of given.slice(i + 1)) {
      if (overlap(prefix, other)) throw errorFor.prefixOverlaps(prefix, other, 'another provided');
    }
  }
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

const caching = command<{ word: string }>({
  ...own,
  name: 'CLIENT CACHING',
  arity: 3,
  since: '6.0.0',
  complexity: 'O(1)',
  summary: 'Instruct the server about tracking or not keys in the next request',
  syntax: '<YES | NO>',
  parse: (args) => ({ word: args.bytes().latin1().toUpperCase() }),
  run: ({ client: { tracking: state }, reply }, { word }) => {
    if (state === undefined) throw errors.cachingWithoutMode;
    if (word !== 'YES' && word !== 'NO') throw errors.syntax;
    if (word === 'YES' && state.mode !== 'optin') throw errors.cachingYes;
    if (word === 'NO' && state.mode !== 'optout') throw errors.cachingNo;
    state.caching = true;
    reply.simple('OK');
  },
});

const getredir = command<undefined>({
  ...own,
  name: 'CLIENT GETREDIR',
  arity: 2,
  since: '6.0.0',
  complexity: 'O(1)',
  summary: 'Get tracking notifications redirection client ID if any',
  syntax: '',
  parse: noArguments,
  run: ({ client, reply }) => reply.integer(client.tracking?.redirectTo ?? -1),
});

const trackinginfo = command<undefined>({
  ...own,
  name: 'CLIENT TRACKINGINFO',
  arity: 2,
  since: '6.2.0',
  complexity: 'O(1)',
  summary: 'Return information about server assisted client side caching for the current connection',
  syntax: '',
  parse: noArguments,
  run: ({ client: { tracking: state }, reply }) => {
    const flags = state === undefined ? ['off'] : flagsOf(state);
    const prefixes = [...(state?.prefixes ?? [])].sort();
    reply.map(3);
    reply.bulkText('flags');
    reply.set(flags.length);
    for (const flag of flags) reply.bulkText(flag);
    reply.bulkText('redirect');
    reply.integer(state?.redirectTo ?? -1);
    reply.bulkText('prefixes');
    reply.array(prefixes.length);
    for (const prefix of prefixes) reply.bulkLatin1(prefix);
  },
});

function flagsOf({ mode, noLoop, redirectBroken, caching: isCaching }: TrackingState): string[] {
  return [
    'on',
    mode === 'default' ? [] : mode,
    isCaching && mode === 'optin' ? 'caching-yes' : [],
    isCaching && mode === 'optout' ? 'caching-no' : [],
    noLoop ? 'noloop' : [],
    redirectBroken ? 'broken_redirect' : [],
  ].flat();
}

/** Subcommands of CLIENT. */
export const trackingSubcommands: readonly CommandEntry[] = [tracking, caching, getredir, trackinginfo];
