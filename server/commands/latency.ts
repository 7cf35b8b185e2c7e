/** LATENCY: when the server was slow, how slow each command is, and what to make of it. */
import { errorFor } from '../errors.js';
import { type CommandEntry, type Context, command, container, helpCommand, noArguments } from './command.js';

const reading = {
  flags: ['admin', 'noscript', 'loading', 'stale'],
  acl: [],
  group: 'server',
  since: '2.8.13',
  tips: ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special'],
} as const;

const latest = command<undefined>({
  ...reading,
  name: 'LATENCY LATEST',
  arity: 2,
  complexity: 'O(1)',
  summary: 'Return the latest latency samples for all events.',
  syntax: '',
  parse: noArguments,
  run: ({ reply, server: { latency } }) => {
    const events = latency.events();
    reply.array(events.length);
    for (const event of events) {
      const last = latency.samples(event).at(-1);
      reply.array(4);
      reply.bulkText(event);
      reply.integer(last?.atSeconds ?? 0);
      reply.integer(last?.latencyMs ?? 0);
      reply.integer(latency.maxMs(event));
    }
  },
});

const history = command<{ event: string }>({
  ...reading,
  name: 'LATENCY HISTORY',
  arity: 3,
  complexity: 'O(1)',
  summary: 'Return timestamp-latency samples for the event.',
  syntax: 'event',
  parse: (args) => ({ event: args.bytes().latin1() }),
  run: ({ reply, server }, { event }) => {
    const samples = server.latency.samples(event);
    reply.array(samples.length);
    for (const { atSeconds, latencyMs } of samples) {
      reply.array(2);
      reply.integer(atSeconds);
      reply.integer(latencyMs);
    }
  },
});

const reset = command<{ events: readonly string[] }>({
  ...reading,
  name: 'LATENCY RESET',
  arity: -2,
  complexity: 'O(1)',
  summary: 'Reset latency data for one or more events.',
  syntax: '[event [event ...]]',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  parse: (args) => ({ events: args.rest().map((event) => event.latin1()) }),
  run: ({ reply, server: { latency } }, { events }) => {
    const named = events.length === 0 ? latency.events() : events;
    reply.integer(named.filter((event) => latency.reset(event)).length);
  },
});

/** From low to high. */
const BARS = ['_', 'o', '#'];
const GRAPH_COLUMNS_MAX = 80;

const graph = command<{ event: string }>({
  ...reading,
  name: 'LATENCY GRAPH',
  arity: 3,
  complexity: 'O(1)',
  summary: 'Return a latency graph for the event.',
  syntax: 'event',
  parse: (args) => ({ event: args.bytes().latin1() }),
  run: ({ reply, server: { latency } }, { event }) => {
    const samples = latency.samples(event).slice(-GRAPH_COLUMNS_MAX);
    if (samples.length === 0) throw errorFor.noLatencySamples(event);
    const values = samples.map(({ latencyMs }) => latencyMs);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const head = `${event} - high ${high} ms, low ${low} ms (all time high ${latency.maxMs(event)} ms)`;
    const bars = values.map((value) => BARS[high === low ? 1 : Math.round(((value - low) / (high - low)) * 2)]);
    reply.verbatim('txt', `${head}\n${'-'.repeat(GRAPH_COLUMNS_MAX)}\n${bars.join('')}\n`);
  },
});

const doctor = command<undefined>({
  ...reading,
  name: 'LATENCY DOCTOR',
  arity: 2,
  complexity: 'O(1)',
  summary: 'Return a human readable latency analysis report.',
  syntax: '',
  parse: noArguments,
  run: (context) => context.reply.verbatim('txt', diagnosis(context)),
});

function diagnosis({ server: { config, latency } }: Context): string {
  const thresholdMs = config.get('latency-monitor-threshold');
  if (thresholdMs === 0) {
    return 'Latency monitoring is off. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n';
  }
  const events = latency.events();
  if (events.length === 0) return `Nothing has taken ${thresholdMs} ms or longer so far.\n`;
  const lines = events.map((event) => {
    const values = latency.samples(event).map(({ latencyMs }) => latencyMs);
    const averageMs = Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
    return `${event}: in ${values.length} seconds, ${averageMs} ms on average, ${latency.maxMs(event)} ms at most.\n`;
  });
  return [
    `What has taken ${thresholdMs} ms or longer:\n`,
    ...lines,
    'SLOWLOG GET names the commands. Long ones are those that walk whole keys or databases: KEYS, HGETALL, FLUSHALL.\n',
  ].join('');
}

const histogram = command<{ names: readonly string[] }>({
  ...reading,
  name: 'LATENCY HISTOGRAM',
  arity: -2,
  since: '7.0.0',
  complexity: 'O(N) where N is the number of commands with latency information being retrieved.',
  summary: 'Return the cumulative distribution of latencies of a subset of commands or all.',
  syntax: '[command [command ...]]',
  parse: (args) => ({ names: args.rest().map((name) => name.latin1().toUpperCase()) }),
  run: ({ reply, server: { commands } }, { names }) => {
    const entries = names.length === 0 ? [...commands.all()] : names.flatMap((name) => commands.get(name) ?? []);
    const recorded = entries.flatMap(withSubcommands).flatMap(({ fullName, latencies }) => {
      return latencies === undefined ? [] : [{ fullName, latencies }];
    });
    reply.map(recorded.length);
    for (const { fullName, latencies } of recorded) {
      const distribution = latencies.distribution();
      reply.bulkText(fullName);
      reply.map(2);
      reply.bulkText('calls');
      reply.integer(latencies.total);
      reply.bulkText('histogram_usec');
      reply.map(distribution.length);
      for (const { boundUs, count } of distribution) {
        reply.integer(boundUs);
        reply.integer(count);
      }
    }
  },
});

function withSubcommands(entry: CommandEntry): CommandEntry[] {
  return [entry, ...(entry.subcommands?.values() ?? [])];
}

const help = helpCommand(
  'LATENCY',
  'server',
  [],
  [
    'DOCTOR',
    '    Return a human readable latency analysis report.',
    'GRAPH <event>',
    '    Return an ASCII latency graph for the <event> class.',
    'HISTORY <event>',
    '    Return time-latency samples for the <event> class.',
    'LATEST',
    '    Return the latest latency samples for all events.',
    'RESET [<event> ...]',
    '    Reset latency data of one or more <event> classes.',
    '    (default: reset all data for all event classes)',
    'HISTOGRAM [COMMAND ...]',
    '    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.',
    '    If no commands are specified then all histograms are replied.',
  ],
);

export const latencyCommands: readonly CommandEntry[] = [
  container(
    {
      name: 'LATENCY',
      arity: -2,
      flags: [],
      acl: [],
      group: 'server',
      since: '2.8.13',
      complexity: 'Depends on subcommand.',
      summary: 'A container for latency diagnostics commands',
      syntax: '',
    },
    [doctor, graph, histogram, history, latest, reset, { ...help, summary: `${help.summary}.`, since: '2.8.13' }],
  ),
];
