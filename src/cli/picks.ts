import { Command } from 'commander';
import type { PickDesk } from '../app/picks/desk.js';
import type { PickSummary } from '../app/picks/summary.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { suggest } from '../config/faults.js';
import { AppError } from '../errors.js';
import { addConfigFlags, FOR_PICKS } from './config-flags.js';
import { interruptible } from './interruptible.js';
import { loadPicking } from './pick-mount.js';
import { jsonLine, plain } from './plain.js';
import { counted, pickLine, timeText } from './pick-words.js';
import { isTerminal, TERMINAL } from './terminal.js';

interface ListFlags {
  readonly mount?: string;
  readonly json?: true;
  readonly verify?: true;
}

interface RemoveFlags {
  readonly mount?: string;
  readonly yes?: true;
}

/** `photodav picks`: what was picked, until when it can be opened, and what of it is on disk. */
export function picksCommand(): Command {
  const command = new Command('picks').description('list or remove what was picked');
  const list = new Command('list')
    .description(
      'print every pick: its id, its folder, how many items, when it was made, when it ends and what of it is pinned, ' +
        'separated by tabs',
    )
    .option('--mount <path>', 'the mount whose picks to print, where there are several')
    .option('--verify', 'read all pinned bytes first, and remove those that are damaged: they are fetched again')
    .option('--json', 'print one JSON object a line instead');
  command.addCommand(
    addConfigFlags(list, FOR_PICKS).action((flags: ListFlags) =>
      atDesk(list, flags.mount, (desk, signal) => listPicks(desk, flags, signal)),
    ),
  );
  const remove = new Command('remove')
    .description('end picks at Google, and remove them and what is pinned of them from this machine')
    .argument('<folder|id>', 'all picks of a folder, or the one that `photodav picks list` shows with this id')
    .option('--mount <path>', 'the mount whose picks are meant, where there are several')
    .option('--yes', 'do not ask');
  command.addCommand(
    addConfigFlags(remove, FOR_PICKS).action((named: string, flags: RemoveFlags) =>
      atDesk(remove, flags.mount, (desk, signal) => removeNamed(desk, named, flags, signal)),
    ),
  );
  return command;
}

function atDesk(
  command: Command,
  mount: string | undefined,
  act: (desk: PickDesk, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  return interruptible(async (signal) => {
    const { values, mount: chosen, log } = await loadPicking(command, mount);
    const { openPickDesk } = await import('../app/picks/desk.js');
    const desk = await openPickDesk(values, chosen, { log, clock: SYSTEM_CLOCK });
    try {
      await act(desk, signal);
    } finally {
      await desk.close();
    }
  });
}

async function listPicks(desk: PickDesk, { json, verify }: ListFlags, signal: AbortSignal): Promise<void> {
  const { settleOpenPicks } = await import('../app/picks/make-pick.js');
  const { summaries } = await import('../app/picks/summary.js');
  await settleOpenPicks(desk, signal);
  const now = desk.clock.now();
  for (const pick of await summaries(desk, verify === true)) {
    process.stdout.write(`${json ? jsonOf(pick) : plain(pickLine(pick, now))}\n`);
    if (!json) tellLosses(pick);
  }
}

function tellLosses({ folder, pins }: PickSummary): void {
  if (!pins) return;
  const again = `photodav pick --pin --folder ${JSON.stringify(folder)}`;
  if (pins.lost > 0) {
    process.stderr.write(
      `note: ${counted(pins.lost, 'item')} of ${JSON.stringify(folder)} had not been pinned when the pick ended\n` +
        `advice: pick them again: ${again}\n`,
    );
  } else if (pins.damaged > 0) {
    process.stderr.write('advice: `photodav serve` fetches what was damaged again\n');
  }
}

async function removeNamed(desk: PickDesk, named: string, { yes }: RemoveFlags, signal: AbortSignal): Promise<void> {
  const { removePicks } = await import('../app/picks/make-pick.js');
  const all = await desk.picks.all();
  const wanted = named.normalize('NFC');
  const leaving = all.filter(({ sessionId, folder }) => folder === wanted || sessionId === wanted);
  if (leaving.length === 0) {
    const folders = [...new Set(all.map(({ folder }) => folder))];
    throw new AppError('CONFIG_INVALID', `there is no pick ${JSON.stringify(named)}`, {
      advice: folders.length === 0 ? 'nothing was picked' : suggest(named, folders),
    });
  }
  const count = new Set(leaving.flatMap(({ items }) => items.map(({ id }) => id))).size;
  const what = `${counted(leaving.length, 'pick')} with ${counted(count, 'item')}`;
  const hasPins = leaving.some(({ isPinned }) => isPinned);
  if (!yes && !(await isMeant(what, hasPins))) return;
  const failures = await removePicks(desk, leaving, signal);
  process.stdout.write(`${what} removed\n`);
  const [failure] = failures;
  if (!failure) return;
  const ends = timeText(Math.max(...leaving.map(({ endsAtMs }) => endsAtMs)));
  process.stderr.write(
    plain(`note: Google could not be told (${failure.message}); it forgets them by itself, at ${ends}\n`),
  );
}

async function isMeant(what: string, hasPins: boolean): Promise<boolean> {
  if (!isTerminal()) {
    throw new AppError('CONFIG_INVALID', 'nobody can be asked whether this is meant', { advice: 'add --yes' });
  }
  const pins = hasPins ? ', and what is pinned of it on this machine' : '';
  const answer = await TERMINAL.ask(`Remove ${what}${pins}? Google Photos keeps the photos themselves [y/N]`);
  return /^y(es)?$/i.test(answer);
}

function jsonOf({ id, folder, items, isOpen, pickedAtMs, endsAtMs, pins }: PickSummary): string {
  const times = { pickedAt: new Date(pickedAtMs).toISOString(), endsAt: new Date(endsAtMs).toISOString() };
  return jsonLine({ id, folder, items, isOpen, ...times, ...(pins ? { pins } : {}) });
}
