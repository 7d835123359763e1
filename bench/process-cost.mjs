import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ is 100 wherever Node runs on Linux.
const TICK_MS = 10;

/**
 * What a process and its descendants have cost so far, by Linux' /proc.
 *
 * `cpuMs` is user and system time, of children that have ended too; it moves in steps of a tick (10 ms).
 * `residentBytes` is the sum of each living process's resident set, `peakBytes` of the largest that each has had: pages
 * they share are counted once for each.
 */
export function costOf(rootPid) {
  const processes = readProcesses();
  const tree = [rootPid];
  for (const pid of tree) tree.push(...processes.filter((one) => one.parent === pid).map((one) => one.pid));
  const ticks = processes.filter(({ pid }) => tree.includes(pid)).reduce((sum, one) => sum + one.ticks, 0);
  const sumOf = (field) => tree.reduce((sum, pid) => sum + bytesOf(pid, field), 0);
  return { cpuMs: ticks * TICK_MS, residentBytes: sumOf('VmRSS'), peakBytes: sumOf('VmHWM') };
}

function readProcesses() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = read(`/proc/${pid}/stat`);
    if (stat === undefined) return [];
    // The second field is a name in brackets, which may hold spaces; the fourth is the parent, 14 to 17 are times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid: Number(pid), parent: Number(fields[1]), ticks }];
  });
}

function bytesOf(pid, field) {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0;
  return Number(kibibytes) * 1024;
}

/** Undefined if the process has ended since its folder was seen. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
