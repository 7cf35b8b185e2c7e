/** Where and with what a benchmark ran: without it, a figure says nothing. */
import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** Lines of `name: value`. */
export function machineLines(settings: { seed: number; rounds: number }): string[] {
  const cores = cpus();
  return [
    `date: ${new Date().toISOString().slice(0, 10)}`,
    `machine: ${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `kernel: ${release()}`,
    `Node.js: ${process.version}`,
    `seed: ${settings.seed}, rounds: ${settings.rounds}`,
  ];
}

/** What the installed redis-server calls itself. */
export function redisVersion(): string {
  const text = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
  return /v=(\S+)/.exec(text)?.[1] ?? text.trim();
}
