import { setTimeout as sleep } from 'node:timers/promises';
import { Levers } from './levers.mjs';
import { propfind } from './propfind.mjs';
import { median, short, spread, table } from './report.mjs';
import { startEmulator, startPhotodav } from './servers/photodav.mjs';
import { rcloneGoogle } from './servers/rclone-google.mjs';

const LATENCY_MS = 100;
const EDIT_EVERY_MS = 200;
const RETRY_MS = 100;
const PATIENCE_MS = 180_000;
const AIM = 6;
const PHOTODAV_ENV = { PHOTODAV_CATALOG_STORE: 'memory', PHOTODAV_READ_SIZE: 'off' };

/** The first listing of a library that nothing is known of, beside rclone's own backend for Google Photos. */
export const cold = {
  name: 'cold',
  summary: 'first listing of a library, beside rclone’s own Google Photos backend',
  defaults: { items: 20_000, rounds: 3 },

  async run({ lab, items, rounds, print, note }) {
    const flags = ['--tls', '--latency-ms', String(LATENCY_MS)];
    const { account } = await startEmulator(lab, items, flags);
    const levers = new Levers(account);
    const rclone = rcloneGoogle(lab, account);
    const programs = [
      { name: 'photodav, quick', list: () => listWithPhotodav(lab, account, levers, 'quick') },
      { name: 'photodav, complete', list: () => listWithPhotodav(lab, account, levers, 'complete') },
      { name: rclone.name, list: () => listWithRclone(rclone, levers) },
    ].map((program) => ({ ...program, still: [], edited: [] }));
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, list, still, edited } of programs) {
        note(`cold: ${name}, round ${round + 1} of ${rounds}`);
        still.push(await judge(levers, list, false));
        edited.push(await judge(levers, list, true));
      }
    }
    print(report(programs, items, rounds));
  },
};

async function listWithPhotodav(lab, account, levers, firstListing) {
  const env = { ...PHOTODAV_ENV, PHOTODAV_CATALOG_FIRST_LISTING: firstListing };
  const { program, url } = await startPhotodav(lab, account, lab.folder(), env);
  const all = new URL('All/', url);
  await levers.quiet();
  await levers.resetCounters();
  const startMs = performance.now();
  const { chunks, refused } = await propfindPatiently(all);
  const totalMs = performance.now() - startMs;
  const { api } = await levers.requests();
  return {
    ...{ totalMs, refused, api, keys: namesOf(chunks), keyOf: ({ filename }) => filename },
    async settle() {
      const apiInAll = await levers.quiet();
      const later = namesOf((await propfind(all)).chunks);
      await lab.stop(program);
      return { apiInAll, later };
    },
  };
}

async function listWithRclone(rclone, levers) {
  await levers.resetCounters();
  const { totalMs, lines } = await rclone.list('--format', 'i');
  const { api } = await levers.requests();
  const settle = async () => ({ apiInAll: api, later: lines });
  return { totalMs, refused: 0, api, keys: lines, keyOf: ({ id }) => id, settle };
}

/** Asks again where it is answered 503 because the listing takes too long, as a patient client does; throws in the end. */
async function propfindPatiently(url) {
  const end = performance.now() + PATIENCE_MS;
  for (let refused = 0; ; refused += 1) {
    try {
      return { ...(await propfind(url)), refused };
    } catch (error) {
      if (error.status !== 503 || performance.now() > end) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Names of the members; twins would bear a tag, and count as a name that the emulator does not know. */
function namesOf(chunks) {
  const hrefs = Buffer.concat(chunks)
    .toString('utf8')
    .matchAll(/<D:href>[^<]*\/([^/<]+)<\/D:href>/g);
  return [...hrefs].map(([, name]) => decodeURIComponent(name));
}

/** Lists, and compares item by item with what the emulator has had all the time. */
async function judge(levers, list, isEdited) {
  const before = await levers.listed();
  const stop = isEdited ? keepEditing(levers, before) : () => undefined;
  const { totalMs, refused, api, keys, keyOf, settle } = await list();
  await stop();
  const after = new Set((await levers.listed()).map(keyOf));
  const stayed = before.map(keyOf).filter((key) => after.has(key));
  const lost = (seen) => stayed.filter((key) => !seen.has(key)).length;
  const { apiInAll, later } = await settle();
  return {
    ...{ totalMs, refused, api, apiInAll },
    lost: lost(new Set(keys)),
    doubled: keys.length - new Set(keys).size,
    lostLater: lost(new Set(later)),
    staleLater: later.filter((key) => !after.has(key)).length,
  };
}

/** Adds a new item and removes one from somewhere, again and again; the function it gives ends that. */
function keepEditing(levers, items) {
  let isEnding = false;
  const work = async () => {
    for (let turn = 1; !isEnding; turn += 1) {
      await levers.change({ add: { takenAt: new Date().toISOString() } });
      // A stride without a common factor with most sizes of library: all over it, and none twice.
      const { id } = items[(turn * 7919) % items.length];
      await levers.change({ remove: id });
      await sleep(EDIT_EVERY_MS);
    }
  };
  const editing = work();
  return () => {
    isEnding = true;
    return editing;
  };
}

function report(programs, items, rounds) {
  const [quick, complete, rclone] = programs;
  const times = ({ still }) => still.map(({ totalMs }) => totalMs);
  const counts = (rows, key) => String(median(rows.map((row) => row[key])));
  const head = [
    'program',
    'median ms',
    '503s',
    'requests',
    'in all',
    'lost',
    'twice',
    'lost in the end',
    'stale in the end',
  ];
  const row = (name, rows) => [
    name,
    spread(rows.map(({ totalMs }) => totalMs)),
    ...['refused', 'api', 'apiInAll', 'lost', 'doubled', 'lostLater', 'staleLater'].map((key) => counts(rows, key)),
  ];
  return [
    `First listing of ${items} items, ${LATENCY_MS} ms for each request to Google, ${rounds} rounds:\n`,
    `${table(head, [
      ...programs.map(({ name, still }) => row(name, still)),
      ...programs.map(({ name, edited }) => row(`${name}, while items come and go`, edited)),
    ])}\n`,
    ...[quick, complete].map((own) => {
      const factor = short(median(times(rclone)) / median(times(own)));
      return `- ${own.name} is ${factor} times as fast as ${rclone.name} (aim: ${AIM})`;
    }),
    '',
  ].join('\n');
}
