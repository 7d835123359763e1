import { setTimeout as sleep } from 'node:timers/promises';
import { MissingProgram } from './lab.mjs';
import { costOf } from './process-cost.mjs';
import { countMembers, propfind } from './propfind.mjs';
import { median, megabytes, short, spread, table } from './report.mjs';
import { modDav } from './servers/mod-dav.mjs';
import { photodav } from './servers/photodav.mjs';
import { rcloneServe } from './servers/rclone.mjs';
import { stockWebdavServer } from './servers/stock-webdav-server.mjs';

const SERVERS = { photodav, modDav, rcloneServe, stockWebdavServer };
const WARM_REQUESTS = 3;
const SETTLE_MS = 50;
const AIMS = { modDav: 2, rcloneServe: 5 };
const AIM_PEAK_BYTES = 200e6;

/** A warm listing of one large folder, photodav beside its peers, asked in turn. */
export const listing = {
  name: 'listing',
  summary: 'PROPFIND of one large folder, beside other WebDAV servers',
  defaults: { items: 10_000, rounds: 11 },

  async run({ lab, items, rounds, print, note }) {
    const runs = [];
    for (const [key, kind] of Object.entries(SERVERS)) {
      try {
        runs.push({ key, ...(await ready(lab, kind, items)), answers: [], cpuMs: 0 });
      } catch (error) {
        if (!(error instanceof MissingProgram)) throw error;
        print(`No row for ${error.message}.\n`);
      }
    }
    for (let round = 0; round < rounds; round += 1) {
      note(`listing: round ${round + 1} of ${rounds}`);
      // Each is first once in a while, so that none always follows the one that leaves most garbage.
      for (let turn = 0; turn < runs.length; turn += 1) await measure(runs[(round + turn) % runs.length]);
    }
    print(report(runs, items, rounds));
  },
};

/** Starts a server and asks it until its caches and its compiler are warm; throws if its answer cannot be compared. */
async function ready(lab, kind, items) {
  const server = await kind.start(lab, { items });
  const { responses, sizes } = await lab.until(server.program, 'answer', async () => {
    try {
      return countMembers(await propfind(server.url));
    } catch (error) {
      if (error.code === 'ECONNREFUSED') return undefined;
      throw error;
    }
  });
  if (responses !== items + 1 || sizes < items) {
    throw new Error(`${server.name} listed ${responses} members with ${sizes} sizes instead of ${items}`);
  }
  const startPeakBytes = costOf(server.program.pid).peakBytes;
  for (let index = 0; index < WARM_REQUESTS; index += 1) await propfind(server.url);
  return { ...server, startPeakBytes };
}

async function measure(run) {
  await sleep(SETTLE_MS);
  const before = costOf(run.program.pid).cpuMs;
  const { totalMs, firstByteMs, bytes } = await propfind(run.url);
  const { cpuMs, peakBytes } = costOf(run.program.pid);
  run.answers.push({ totalMs, firstByteMs, bytes });
  run.cpuMs += cpuMs - before;
  run.peakBytes = peakBytes;
}

function report(runs, items, rounds) {
  const times = (run) => run.answers.map(({ totalMs }) => totalMs);
  const own = runs.find(({ key }) => key === 'photodav');
  const ratio = (run) => median(times(run)) / median(times(own));
  const head = ['server', 'median ms', 'first byte ms', 'body MB', 'CPU ms', 'peak MB', '× photodav'];
  const rows = runs.map((run) => [
    run.name,
    spread(times(run)),
    short(median(run.answers.map(({ firstByteMs }) => firstByteMs))),
    megabytes(run.answers[0].bytes),
    short(run.cpuMs / rounds),
    megabytes(run.peakBytes),
    short(ratio(run)),
  ]);
  const aims = runs
    .filter(({ key }) => key in AIMS)
    .map((run) => `- photodav is ${short(ratio(run))} times as fast as ${run.name} (aim: ${AIMS[run.key]})`);
  return [
    `PROPFIND Depth 1 of ${items} files, six properties, ${rounds} rounds:\n`,
    `${table(head, rows)}\n`,
    ...aims,
    `- photodav's peak memory is ${megabytes(own.peakBytes)} MB (aim: under ${megabytes(AIM_PEAK_BYTES)} MB);`,
    `  it was ${megabytes(own.startPeakBytes)} MB when the account was fetched and every size learned\n`,
  ].join('\n');
}
