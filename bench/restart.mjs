import { costOf } from './process-cost.mjs';
import { countMembers, propfind } from './propfind.mjs';
import { median, megabytes, short, spread, table } from './report.mjs';
import { learnSizes, startEmulator, startPhotodav } from './servers/photodav.mjs';

const CASES = [
  { label: '`/All/`', path: 'All/' },
  { label: '`/`', path: '' },
  { label: '`/All/`, listing past its time', path: 'All/', env: { PHOTODAV_CATALOG_TTL: '1s' } },
];
const WARM_REQUESTS = 5;
const AIM_MS = 1000;

/** The first answer after a restart, from the store alone: Google's emulator is gone. */
export const restart = {
  name: 'restart',
  summary: 'time from the start of the process to the first listing, from the store alone',
  defaults: { items: 50_000, rounds: 5 },

  async run({ lab, items, rounds, print, note }) {
    const dataDir = lab.folder();
    const account = await fillStore(lab, dataDir, items, note);
    const runs = CASES.map((one) => ({ ...one, totals: [], starts: [], warm: [], peaks: [] }));
    for (let round = 0; round < rounds; round += 1) {
      note(`restart: round ${round + 1} of ${rounds}`);
      for (const run of runs) await measure(lab, account, dataDir, items, run);
    }
    print(report(runs, items, rounds));
  },
};

/** Leaves a store that knows every item and size, and no Google to ask. */
async function fillStore(lab, dataDir, items, note) {
  note(`restart: learning ${items} sizes`);
  const emulator = await startEmulator(lab, items);
  const { program, url } = await startPhotodav(lab, emulator.account, dataDir);
  await propfind(url);
  await learnSizes(new URL('All/', url), items);
  await lab.stop(program);
  await lab.stop(emulator.program, 'SIGKILL');
  return emulator.account;
}

async function measure(lab, account, dataDir, items, run) {
  const startMs = performance.now();
  const { program, url } = await startPhotodav(lab, account, dataDir, run.env);
  const startedMs = performance.now() - startMs;
  const address = new URL(run.path, url);
  const first = await propfind(address);
  run.totals.push(performance.now() - startMs);
  run.starts.push(startedMs);
  run.bytes = first.bytes;
  const { sizes } = countMembers(first);
  if (run.path === 'All/' && sizes !== items) throw new Error(`a restarted photodav told ${sizes} sizes of ${items}`);
  for (let index = 0; index < WARM_REQUESTS; index += 1) run.warm.push((await propfind(address)).totalMs);
  run.peaks.push(costOf(program.pid).peakBytes);
  await lab.stop(program);
}

function report(runs, items, rounds) {
  const head = ['first request', 'process start to answer ms', 'of it, start ms', 'warm ms', 'body MB', 'peak MB'];
  const rows = runs.map(({ label, totals, starts, warm, bytes, peaks }) => [
    label,
    spread(totals),
    short(median(starts)),
    short(median(warm)),
    megabytes(bytes),
    megabytes(Math.max(...peaks)),
  ]);
  return [
    `First PROPFIND after a restart, ${items} items in a warm store, no Google, ${rounds} rounds:\n`,
    `${table(head, rows)}\n`,
    `- aim: within ${AIM_MS} ms of the start of the process\n`,
  ].join('\n');
}
