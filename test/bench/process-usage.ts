/** CPU time and memory of processes, from Linux's /proc. */
import { readFileSync } from 'node:fs';

/** Linux tells CPU time in hundredths of a second, whatever the kernel counts in. */
const US_PER_TICK = 10_000;

/** User and system CPU time a process has used, in microseconds; resolution 10 ms. */
export function cpuUs(pid: number): number {
  const fields = statFields(String(pid));
  return (tick(fields, 11) + tick(fields, 12)) * US_PER_TICK;
}

/** CPU time of the children of this process that have ended. */
export function endedChildrenCpuUs(): number {
  const fields = statFields('self');
  return (tick(fields, 13) + tick(fields, 14)) * US_PER_TICK;
}

/** Resident memory of a process in bytes. */
export function rssBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line?.[1] === undefined) throw new Error(`process ${pid} has no VmRSS`);
  return Number(line[1]) * 1024;
}

/** The fields of /proc/<pid>/stat behind the program's name, which may hold blanks: the first is the state. */
function statFields(pid: string): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function tick(fields: readonly string[], at: number): number {
  return Number(fields[at] ?? Number.NaN);
}
