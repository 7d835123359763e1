import { setTimeout as sleep } from 'node:timers/promises';
import { costOf } from './process-cost.mjs';
import { listMembers, propfind } from './propfind.mjs';
import { megabytes, table } from './report.mjs';
import { learnAllInStore } from './servers/learned-store.mjs';
import { startEmulator, startPhotodav } from './servers/photodav.mjs';

const BUSY_PAUSE_MS = 1_000;
const BUSY_ROUNDS = 600;
const SETTLE_MS = 2_000;
const AIM_BYTES = 400e6;

/** What photodav keeps resident once every folder of a library has been listed. */
export const memory = {
  name: 'memory',
  summary: 'resident memory after every folder was listed',
  defaults: { items: [100_000, 500_000] },

  async run({ lab, items, print, note }) {
    const runs = [];
    for (const count of [0, items].flat()) runs.push(...(await measure(lab, count, note)));
    print(report(runs));
  },
};

/** One library in two processes: one that fetches it, and one that finds it, with every size, in the store. */
async function measure(lab, items, note) {
  const emulator = await startEmulator(lab, items);
  const dataDir = lab.folder();
  // Sizes cost a request each; those of the second process are put into the store.
  const env = { PHOTODAV_READ_SIZE: 'off', PHOTODAV_CATALOG_TTL: '7d' };
  const runs = [];
  for (const label of ['fetched', 'restarted, sizes known']) {
    if (runs.length > 0) await learnAllInStore(dataDir);
    note(`memory: ${items} items, ${label}`);
    const { program, url } = await startPhotodav(lab, emulator.account, dataDir, env);
    const { folders, responses } = await listAll(new URL(url));
    await sleep(SETTLE_MS);
    const { residentBytes, peakBytes } = costOf(program.pid);
    runs.push({ items, label, folders, responses, residentBytes, peakBytes });
    await lab.stop(program);
  }
  await lab.stop(emulator.program, 'SIGKILL');
  return runs;
}

/** Lists every folder, breadth first, and counts what came. */
async function listAll(root) {
  let responses = 0;
  const folders = [root.pathname];
  for (const path of folders) {
    const listing = await untilListed(new URL(path, root));
    responses += listing.responses;
    folders.push(...listing.collections.filter((collection) => collection !== path));
  }
  return { folders: folders.length, responses };
}

/** A first listing may take longer than a client is let wait: then it is asked again. */
async function untilListed(url) {
  for (let round = 0; ; round += 1) {
    try {
      return listMembers(await propfind(url));
    } catch (error) {
      if (!/answered 503$/.test(error.message) || round === BUSY_ROUNDS) throw error;
      await sleep(BUSY_PAUSE_MS);
    }
  }
}

function report(runs) {
  const [empty] = runs;
  const head = ['items', 'process', 'folders', 'entries listed', 'resident MB', 'peak MB', 'bytes per item'];
  const rows = runs.map(({ items, label, folders, responses, residentBytes, peakBytes }) => [
    `${items}`,
    label,
    `${folders}`,
    `${responses}`,
    megabytes(residentBytes),
    megabytes(peakBytes),
    items === 0 ? '' : ((residentBytes - empty.residentBytes) / items).toFixed(0),
  ]);
  return [
    'Resident memory once every folder has been listed (PROPFIND, Depth 1):\n',
    `${table(head, rows)}\n`,
    `- aim: under ${megabytes(AIM_BYTES)} MB with 500000 items\n`,
  ].join('\n');
}
