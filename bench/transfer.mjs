import { execFile } from 'node:child_process';
import { Agent } from 'node:http';
import { promisify } from 'node:util';
import { fetchOne } from './fetches.mjs';
import { findProgram } from './lab.mjs';
import { median, short, spread, table } from './report.mjs';
import { transferStage } from './transfer-stage.mjs';

const FILE_BYTES = 512 * 2 ** 20;
const RATE = 100 * 2 ** 20;
const RANGE_BYTES = 64 * 1024;
const RANGES = 40;
const run = promisify(execFile);

/** One large file, and the first byte of ranges of it. */
export const transfer = {
  name: 'transfer',
  summary: 'one large file and the first byte of ranges, beside the emulator itself and rclone serve webdav',
  defaults: { items: 1, rounds: 5 },

  async run({ lab, items, rounds, print, note }) {
    const curl = findProgram('curl', 'curl');
    const stage = await transferStage(lab, items, FILE_BYTES);
    const { levers } = stage;
    const ways = stage.ways.map((way) => ({ ...way, free: [], limited: [], firstMs: [] }));
    for (let round = -1; round < rounds; round += 1) {
      for (const way of ways) {
        note(`transfer: ${way.name}, round ${round + 1} of ${rounds}`);
        const [url] = way.urls;
        await levers.set({ bytesPerSecond: 0 });
        const free = await download(curl, url);
        const firstMs = await firstBytes(url);
        await levers.set({ bytesPerSecond: RATE });
        const limited = round < 0 ? 0 : await download(curl, url);
        // The first round warms up.
        if (round < 0) continue;
        way.free.push(free);
        way.limited.push(limited);
        way.firstMs.push(...firstMs);
      }
    }
    print(report(ways, rounds));
  },
};

/** MiB per second. */
async function download(curl, url) {
  const format = '%{http_code} %{size_download} %{time_total}';
  const { stdout } = await run(curl, ['-sS', '-o', '/dev/null', '-w', format, url]);
  const [status, bytes, seconds] = stdout.split(' ').map(Number);
  if (status !== 200 || bytes !== FILE_BYTES) throw new Error(`curl was answered ${stdout}`);
  return bytes / 2 ** 20 / seconds;
}

/** Milliseconds to the first byte of ranges all over the file, one after another on one connection. */
async function firstBytes(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = [];
  for (let i = 0; i < RANGES; i += 1) {
    const first = Math.floor((i * (FILE_BYTES - RANGE_BYTES)) / RANGES);
    const headers = { range: `bytes=${first}-${first + RANGE_BYTES - 1}` };
    times.push((await fetchOne(url, { agent, headers }, 206, RANGE_BYTES)).firstMs);
  }
  agent.destroy();
  return times;
}

function report(ways, rounds) {
  const [direct, own, ownByTls, rclone] = ways;
  const rows = ways.map(({ name, free, limited, firstMs }) => [
    name,
    spread(free),
    (median(free) / median(direct.free)).toFixed(2),
    spread(limited),
    (median(limited) / median(direct.limited)).toFixed(2),
    spread(firstMs),
  ]);
  const head = ['way', 'MiB/s', '÷ direct', 'MiB/s, upstream at 100', '÷ direct', 'first byte ms'];
  return [
    `A file of ${FILE_BYTES / 2 ** 20} MiB, ${rounds} rounds; ranges of 64 KiB:\n`,
    `${table(head, rows)}\n`,
    `- photodav adds ${short(median(own.firstMs) - median(direct.firstMs))} ms to the first byte`,
    `- by the same way, photodav is ${short(median(ownByTls.free) / median(rclone.free))} times as fast as ${rclone.name}\n`,
  ].join('\n');
}
