import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countMembers, propfind } from '../propfind.mjs';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'photodav.js');
const WARM_PAUSE_MS = 200;
const WARM_ROUNDS = 50;

const ARCHIVED_EVERY = 100;

/** An account that lists so many invented items, by our emulator of Google; `account` is what its first line tells. */
export async function startEmulator(lab, items, flags = []) {
  // The emulator archives each hundredth of the items it invents, and those are not listed.
  const invented = items + Math.floor(Math.max(0, items - 1) / (ARCHIVED_EVERY - 1));
  return startEmulatorOf(lab, ['--items', String(invented), ...flags]);
}

/** The emulator with these flags. */
export async function startEmulatorOf(lab, flags) {
  const program = lab.start('emulator', process.execPath, [BIN, 'emulator', ...flags]);
  return { program, account: JSON.parse(await lab.firstLine(program)) };
}

/**
 * photodav for that account, up and answering; `url` is its root.
 *
 * `env` overrides settings. Listings stay fresh for an hour, so that no refresh falls into a measurement, and sizes may
 * cost more requests than Google grants a day.
 */
export async function startPhotodav(lab, account, dataDir, env = {}) {
  const readyFile = join(lab.folder(), 'ready.json');
  const args = ['serve', '--port', '0', '--data-dir', dataDir];
  const program = lab.start('photodav', process.execPath, [BIN, ...args, '--ready-file', readyFile], {
    PHOTODAV_GOOGLE_ENDPOINT: account.api,
    PHOTODAV_CLIENT_ID: account.clientId,
    PHOTODAV_CLIENT_SECRET: account.clientSecret,
    PHOTODAV_REFRESH_TOKEN: account.refreshToken,
    PHOTODAV_QUOTA_BYTES_PER_DAY: '1000000',
    PHOTODAV_SIZES_WAIT: '60s',
    PHOTODAV_CATALOG_TTL: '1h',
    ...env,
  });
  await lab.until(program, 'ready file', () => existsSync(readyFile));
  const [url] = JSON.parse(readFileSync(readyFile, 'utf8')).urls;
  return { program, url };
}

/** Lists `url` until each of the `items` has its size; throws when they do not come. */
export async function learnSizes(url, items) {
  let sizes = 0;
  for (let round = 0; round < WARM_ROUNDS && sizes < items; round += 1) {
    if (round > 0) await sleep(WARM_PAUSE_MS);
    sizes = countMembers(await propfind(url)).sizes;
  }
  if (sizes < items) throw new Error(`photodav told ${sizes} sizes of ${items}`);
}

/** photodav beside its emulator, with every size known. */
export const photodav = {
  async start(lab, { items }) {
    const { account } = await startEmulator(lab, items);
    const { program, url } = await startPhotodav(lab, account, lab.folder());
    const all = new URL('All/', url).href;
    await learnSizes(all, items);
    return { name: 'photodav', url: all, program };
  },
};
