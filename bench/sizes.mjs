import { Levers } from './levers.mjs';
import { median, short, spread, table } from './report.mjs';
import { learnSizes, startEmulator, startPhotodav } from './servers/photodav.mjs';
import { rcloneGoogle } from './servers/rclone-google.mjs';

const LATENCY_MS = 50;

/** From nothing to a listing that tells every size, beside rclone with `read_size = true`. */
export const sizes = {
  name: 'sizes',
  summary: 'first listing with every size, beside rclone with read_size',
  defaults: { items: 2_000, rounds: 2 },

  async run({ lab, items, rounds, print, note }) {
    const { account } = await startEmulator(lab, items, ['--tls', '--media-latency-ms', String(LATENCY_MS)]);
    const levers = new Levers(account);
    const rclone = rcloneGoogle(lab, account);
    const programs = [
      { name: 'photodav', list: () => listWithPhotodav(lab, account, levers, items) },
      { name: rclone.name, list: () => listWithRclone(rclone, levers, items) },
    ].map((program) => ({ ...program, answers: [] }));
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, list, answers } of programs) {
        note(`sizes: ${name}, round ${round + 1} of ${rounds}`);
        answers.push(await list());
      }
    }
    print(report(programs, items, rounds));
  },
};

async function listWithPhotodav(lab, account, levers, items) {
  const env = { PHOTODAV_CATALOG_STORE: 'memory', PHOTODAV_READ_SIZE: 'on-list' };
  const { program, url } = await startPhotodav(lab, account, lab.folder(), env);
  await levers.resetCounters();
  const startMs = performance.now();
  await learnSizes(new URL('All/', url), items);
  const totalMs = performance.now() - startMs;
  const { media } = await levers.requests();
  await lab.stop(program);
  return { totalMs, media };
}

async function listWithRclone(rclone, levers, items) {
  await levers.resetCounters();
  const { totalMs, lines } = await rclone.list('--format', 's', '--gphotos-read-size');
  const told = lines.filter((line) => Number(line) > 0).length;
  if (told !== items) throw new Error(`rclone told ${told} sizes of ${items}`);
  const { media } = await levers.requests();
  return { totalMs, media };
}

function report(programs, items, rounds) {
  const times = ({ answers }) => answers.map(({ totalMs }) => totalMs);
  const [own, rclone] = programs;
  const rows = programs.map(({ name, answers }) => [
    name,
    spread(answers.map(({ totalMs }) => totalMs)),
    String(median(answers.map(({ media }) => media))),
  ]);
  return [
    `First listing of ${items} items with their sizes, ${LATENCY_MS} ms for each request for bytes, ${rounds} rounds:\n`,
    `${table(['program', 'median ms', 'requests for bytes'], rows)}\n`,
    `- photodav is ${short(median(times(rclone)) / median(times(own)))} times as fast as ${rclone.name}\n`,
  ].join('\n');
}
