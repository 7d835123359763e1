import { fetchAll } from './fetches.mjs';
import { median, short, spread, table } from './report.mjs';
import { transferStage } from './transfer-stage.mjs';

const FILE_BYTES = 200_000;
const WIDTHS = [1, 16];

/** Many small files, one and sixteen at a time. */
export const files = {
  name: 'files',
  summary: 'files of 200 kB, beside the emulator itself and rclone serve webdav',
  defaults: { items: 500, rounds: 3 },

  async run({ lab, items, rounds, print, note }) {
    const stage = await transferStage(lab, items, FILE_BYTES);
    const ways = stage.ways.map((way) => ({ ...way, times: WIDTHS.map(() => []) }));
    for (let round = -1; round < rounds; round += 1) {
      for (const { name, urls, times } of ways) {
        note(`files: ${name}, round ${round + 1} of ${rounds}`);
        for (const [i, atOnce] of WIDTHS.entries()) {
          const totalMs = await fetchAll(urls, atOnce, FILE_BYTES);
          // The first round warms up.
          if (round >= 0) times[i].push(totalMs);
        }
      }
    }
    print(report(ways, items, rounds));
  },
};

function report(ways, items, rounds) {
  const [direct, own, ownByTls, rclone] = ways;
  const perSecond = (times) => times.map((ms) => (items * 1_000) / ms);
  const rows = ways.map(({ name, times }) => [
    name,
    ...times.flatMap((each, i) => [spread(perSecond(each)), (median(direct.times[i]) / median(each)).toFixed(2)]),
  ]);
  const head = ['way', ...WIDTHS.flatMap((width) => [`files/s, ${width} at a time`, '÷ direct'])];
  const ratios = WIDTHS.map((width, i) => {
    const faster = (way) => short(median(rclone.times[i]) / median(way.times[i]));
    return `- ${width} at a time, photodav is ${faster(own)} times as fast as ${rclone.name}; ${faster(ownByTls)} times by the same way`;
  });
  return [
    `${items} files of ${FILE_BYTES / 1_000} kB, ${rounds} rounds:\n`,
    `${table(head, rows)}\n`,
    ...ratios,
    '',
  ].join('\n');
}
