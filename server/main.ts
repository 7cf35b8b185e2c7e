#!/usr/bin/env -S node --max-semi-space-size=2 --no-parallel-scavenge --max-inlined-bytecode-size-cumulative=4000
/**
 * The process: arguments and environment become settings, settings become a running product, signals end it. The only
 * file that reads `process.env` and the configuration file, and the only one that sets the exit code.
 *
 * The first line keeps the young generation of the heap small: what a read brings is garbage once it is answered, and memory
 * that is soon used again stays in the processor's cache (docs/decisions/0004); so little is cleared sooner by one thread than by
 * several that wait for each other (docs/decisions/0018); and a command is a few dozen small functions, which the compiler
 * puts together as far as it is allowed to (docs/decisions/0027). `npm start` asks for the same.
 */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from './base/clock.js';
import { systemScheduler } from './base/scheduler.js';
import type { Transfer } from './cache-tools/transfer.js';
import { applyConfigFile, applyEnvironment, helpText, parseCommandLine } from './config/command-line.js';
import { Config } from './config/config.js';
import { ConfigError } from './config/config-error.js';
import { packageVersion, type RunningNearkey, StartError, startNearkey } from './start.js';

async function main(): Promise<void> {
  if (process.argv[2] === 'features') {
    process.exitCode = await runFeatures(process.argv.slice(3));
    return;
  }
  if (process.argv[2] === 'cache') {
    await runCacheTool(process.argv.slice(3));
    return;
  }
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    process.stdout.write(helpText(packageVersion()));
    return;
  }
  if (commandLine.version) {
    process.stdout.write(`nearkey ${packageVersion()}\n`);
    return;
  }
  const config = new Config();
  if (commandLine.configFile !== undefined) {
    applyConfigFile(config, commandLine.configFile, readConfigFile(commandLine.configFile));
  }
  applyEnvironment(config, process.env);
  for (const [name, text] of commandLine.settings) config.setText(name, text);
  const nearkey = await startNearkey(config);
  process.stdout.write(banner(nearkey));
  stopOnRequest(nearkey);
}

/** What is done with feature groups and files is a program of its own, which a server need not hold in memory. */
async function runFeatures(argv: readonly string[]): Promise<number> {
  const { runFeaturesCommand } = await import('./feature-files/features-command.js');
  return runFeaturesCommand(argv, {
    clock: systemClock,
    output: process.stdout,
    complaints: process.stderr,
    pause: (ms) => new Promise((resolve) => systemScheduler.after(ms, resolve)),
    apiKey: process.env.NEARKEY_HTTP_API_KEY,
  });
}

/** `nearkey cache ...`, which is a program of its own, too. */
async function runCacheTool([tool, ...argv]: readonly string[]): Promise<void> {
  const { isTransfer, transferUsage } = await import('./cache-tools/transfer.js');
  if (isTransfer(tool) && !argv.includes('--help')) {
    await runTransferTool(tool, argv);
    return;
  }
  if (tool === 'invalidate') {
    await runInvalidateTool(argv);
    return;
  }
  if (tool === 'train') {
    await runTrainTool(argv);
    return;
  }
  const { parseReplayArguments, replayLog, replayUsage } = await import('./cache-tools/replay.js');
  if (tool !== 'replay' || argv.includes('--help')) {
    process.stdout.write(isTransfer(tool) ? transferUsage : `${replayUsage}\n${transferUsage}\n${await otherUsages()}`);
    if (isTransfer(tool)) return;
    if (tool !== 'replay' && tool !== undefined && tool !== '--help') {
      throw new StartError(`there is no 'cache ${tool}'`);
    }
    return;
  }
  const request = parseReplayArguments(argv);
  if ('mistake' in request) throw new StartError(request.mistake);
  const lines = createInterface({ input: createReadStream(request.log), crlfDelay: Number.POSITIVE_INFINITY });
  await replayLog(request, {
    lines,
    bytes: logBytes(request.log),
    write: (text) => process.stdout.write(text),
    drawBar: process.stderr.isTTY ? (text) => process.stderr.write(text) : undefined,
  });
}

async function otherUsages(): Promise<string> {
  const { trainUsage } = await import('./cache-tools/train.js');
  const { invalidateUsage } = await import('./cache-tools/invalidate.js');
  return `${trainUsage}\n${invalidateUsage}`;
}

async function runInvalidateTool(argv: readonly string[]): Promise<void> {
  const { invalidateUsage, parseInvalidateArguments, runInvalidate } = await import('./cache-tools/invalidate.js');
  const { post } = await import('./cache-tools/transfer-io.js');
  if (argv.includes('--help')) {
    process.stdout.write(invalidateUsage);
    return;
  }
  const request = parseInvalidateArguments(argv, process.env.NEARKEY_HTTP_API_KEY);
  if ('mistake' in request) throw new StartError(request.mistake);
  await orInWords(async () => {
    process.stdout.write(await runInvalidate(request, post));
  });
}

async function runTrainTool(argv: readonly string[]): Promise<void> {
  const { parseTrainArguments, runTrain, trainUsage } = await import('./cache-tools/train.js');
  const { openRemoteStore } = await import('./remote-store.js');
  if (argv.includes('--help')) {
    process.stdout.write(trainUsage);
    return;
  }
  const request = parseTrainArguments(argv);
  if ('mistake' in request) throw new StartError(request.mistake);
  const silent = { notice: () => undefined, warning: () => undefined, error: () => undefined };
  await orInWords(async () => {
    const store = await openRemoteStore({ url: request.store, isCluster: false, logger: silent });
    try {
      process.stdout.write(await runTrain(request, store.commander, systemClock.nowMs()));
    } finally {
      store.close();
    }
  });
}

async function runTransferTool(tool: Transfer, argv: readonly string[]): Promise<void> {
  const { parseTransferArguments, runTransfer } = await import('./cache-tools/transfer.js');
  const { openTransfer } = await import('./cache-tools/transfer-io.js');
  const request = parseTransferArguments(tool, argv, process.env.NEARKEY_HTTP_API_KEY);
  if ('mistake' in request) throw new StartError(request.mistake);
  await orInWords(async () => {
    const { io, close } = openTransfer(request, process.stderr, systemClock);
    const count = await runTransfer(request, io);
    await close();
    process.stdout.write(`${tool}: ${count} entries\n`);
  });
}

/** What goes wrong is told to the person who typed the command, as a line. */
async function orInWords(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error));
  }
}

function logBytes(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    throw new StartError(`can't read '${path}'`);
  }
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new StartError(`can't read the configuration file '${path}'`);
  }
}

/** What is up, and one line to try. */
function banner({ host, port, httpPort, server }: RunningNearkey): string {
  const { transportName, vectorEngineName } = server.facilities;
  const resp = `RESP ${host}:${port}`;
  const madeOf = `  made of  transport ${transportName}, vector engine ${vectorEngineName}`;
  if (httpPort === 0) {
    return `nearkey ready: ${resp}\n${madeOf}\n  try      redis-cli -p ${port} SET greeting hello\n`;
  }
  const origin = `http://${host}:${httpPort}`;
  const body = `{"prompt":"How do I reset my password?","response":"Use the link on the sign-in page."}`;
  return [
    `nearkey ready: ${resp}, HTTP ${host}:${httpPort}`,
    madeOf,
    `  console  ${origin}/`,
    `  try      curl ${origin}/v1/caches/demo/entries -H 'content-type: application/json' -d '${body}'`,
    '',
  ].join('\n');
}

/** The first signal, or SHUTDOWN, drains and ends; a second signal ends at once. */
function stopOnRequest(nearkey: RunningNearkey): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    nearkey.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  nearkey.server.facilities.shutDown = onSignal;
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** One clear line for what the person can mend; the whole story for what only we can. */
function fail(error: unknown): never {
  const isTheirs = error instanceof ConfigError || error instanceof StartError;
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`nearkey: ${isTheirs ? error.message : story}\n`);
  process.exit(1);
}

main().catch(fail);
