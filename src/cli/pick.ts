import { Command } from 'commander';
import type { LookOptions, PickDesk } from '../app/picks/desk.js';
import type { OpenPick } from '../app/picks/make-pick.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { AppError } from '../errors.js';
import { addConfigFlags, FOR_PICKS } from './config-flags.js';
import { ensureKept } from './data-dir.js';
import { interruptible } from './interruptible.js';
import { showPickLink } from './pick-link.js';
import { loadPicking, type Picking } from './pick-mount.js';
import { counted, leftText, timeText } from './pick-words.js';
import { Progress } from './progress.js';

interface Flags {
  readonly mount?: string;
  readonly folder?: string;
  readonly pin?: true;
  readonly max?: string;
  readonly browser: boolean;
  readonly qr: boolean;
  readonly json?: true;
}

/** What Google gives a picking session at most. */
const MAX_ITEMS = 2_000;
const BUSY_ATTEMPTS = 7;
const BUSY_MS = 2_000;

/** `photodav pick`: a person chooses photos in Google's own page, and a folder holds them. */
export function pickCommand(): Command {
  const command = new Command('pick')
    .description("choose photos and videos in Google's own page, from the whole library; a folder shows them")
    .option('--mount <path>', 'the mount to show them, where there are several for picks')
    .option(
      '--folder <name>',
      'the folder they stand in, a slash nests; one that is there gets more (default: the day)',
    )
    .option('--pin', 'keep their bytes on disk, so that they open after Google has ended the pick')
    .option('--max <count>', `how many may be chosen, up to ${MAX_ITEMS.toLocaleString('en')}`)
    .option('--no-browser', 'open no browser here: only print the address')
    .option('--no-qr', 'draw no QR code')
    .option('--json', 'print the result as one JSON object');
  return addConfigFlags(command, FOR_PICKS).action((flags: Flags) =>
    interruptible((signal) => pick(command, flags, signal)),
  );
}

async function pick(command: Command, flags: Flags, signal: AbortSignal): Promise<void> {
  const picking = await loadPicking(command, flags.mount);
  const { values, mount, log } = picking;
  const { checkedFolder, defaultFolder } = await import('../app/picks/folder.js');
  const folder = checkedFolder(flags.folder ?? defaultFolder(SYSTEM_CLOCK.now(), mount.timeZone));
  const max = flags.max === undefined ? {} : { maxItemCount: checkedCount(flags.max) };
  const isPinned = flags.pin === true;
  await ensureKept(values.dataDir);
  const { openPickDesk } = await import('../app/picks/desk.js');
  const desk = await openPickDesk(values, mount, { log, clock: SYSTEM_CLOCK });
  try {
    if (isPinned && !desk.pins.isOn) throw pinsAreOff();
    const { settleOpenPicks, startPick } = await import('../app/picks/make-pick.js');
    void settleOpenPicks(desk, signal).catch(() => undefined);
    const begun = await startPick(desk, { folder, isPinned, ...max }, signal);
    const shown = { mayOpenBrowser: flags.browser, mayDraw: flags.qr, untilMs: begun.open.pollUntilMs };
    await showPickLink(begun.open.pickerUri, shown);
    const { items, endsAtMs } = await awaited(desk, begun, signal);
    tellResult({ folder, items: items.length, endsAtMs }, picking, flags);
    if (isPinned) await pin(desk, signal);
  } finally {
    await desk.close();
  }
}

async function awaited(desk: PickDesk, begun: OpenPick, signal: AbortSignal) {
  const { abandonPick, awaitPick } = await import('../app/picks/make-pick.js');
  try {
    return await awaitPick(desk, begun, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('\n');
    const done = await abandonPick(desk, begun);
    if (!done) throw error;
    return done;
  }
}

interface Result {
  readonly folder: string;
  readonly items: number;
  readonly endsAtMs: number;
}

function tellResult(
  { folder, items, endsAtMs }: Result,
  { mount, isConfigured }: Picking,
  { json, pin: isPinned }: Flags,
): void {
  if (json) {
    const told = { folder, items, mount: mount.path, endsAt: new Date(endsAtMs).toISOString() };
    process.stdout.write(`${JSON.stringify(told)}\n`);
    return;
  }
  process.stdout.write(`${counted(items, 'item')} picked into ${JSON.stringify(folder)} of ${mount.path}\n`);
  const left = leftText(endsAtMs, SYSTEM_CLOCK.now());
  const server = isConfigured ? 'A running `photodav serve`' : '`photodav serve --source picker`';
  const afterwards = isPinned
    ? 'what is on disk by then can be opened for good.'
    : 'its files cannot be opened after that. `photodav pick --pin` keeps what it picks on disk.';
  process.stderr.write(
    `${server} shows them within seconds; a mounted drive, when it looks again.\n` +
      `Google ends the pick ${left} (${timeText(endsAtMs)}): ${afterwards}\n`,
  );
}

async function pin(desk: PickDesk, signal: AbortSignal): Promise<void> {
  const progress = new Progress();
  const told = ({ whole, total }: { readonly whole: number; readonly total: number }): void =>
    progress.show(`pinned ${whole} of ${total}`);
  const { stopped, whole, total } = await pinned(desk, { signal, onProgress: told }).finally(() => progress.end());
  if (stopped === 'busy') {
    process.stderr.write(`A running server pins them: ${whole} of ${total} are on disk.\n`);
  } else if (stopped) throw unpinned(stopped, total - whole);
  else process.stderr.write(`${whole} of ${total} pinned items are on disk.\n`);
}

/** The pick itself stays as it is. */
function unpinned(stopped: AppError | 'quota', missing: number): AppError {
  const rest = `${counted(missing, 'item')} could not be pinned yet`;
  const goOn = '`photodav serve` goes on, and so does the next `photodav pick --pin`';
  if (stopped === 'quota') {
    const message = `${rest}: half of the day's quota for bytes is used, and the rest is for opening files`;
    return new AppError('QUOTA_EXCEEDED', message, { advice: `wait for tomorrow: ${goOn}` });
  }
  const { code, message, advice } = stopped;
  return new AppError(code, `${rest}: ${message}`, { cause: stopped, advice: `${advice}; then ${goOn}` });
}

/** As far as it goes now; whoever is at it may be a process that was killed, which shows after ten seconds. */
async function pinned({ source, clock }: PickDesk, options: LookOptions & { readonly signal: AbortSignal }) {
  for (let attempt = 1; ; attempt++) {
    const outcome = await source.pin(options);
    options.onProgress?.(outcome);
    if (outcome.stopped !== 'busy' || attempt === BUSY_ATTEMPTS) return outcome;
    await clock.sleep(BUSY_MS, options.signal);
  }
}

function checkedCount(written: string): number {
  const count = /^\d{1,4}$/.test(written) ? Number(written) : 0;
  if (count >= 1 && count <= MAX_ITEMS) return count;
  throw new AppError('CONFIG_INVALID', `--max: ${JSON.stringify(written)} is no count`, {
    advice: `write a whole number from 1 to ${MAX_ITEMS}; pick again into the same folder for more`,
  });
}

function pinsAreOff(): AppError {
  return new AppError('CONFIG_INVALID', '--pin: pins.maxSize is 0, so that nothing is pinned', {
    advice: 'set pins.maxSize to the room that pins may take, such as 50GiB, or leave --pin out',
  });
}
