import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator, EmulatorOptions } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog, type Log } from '../../src/log.js';
import { openPickerAccount, type PickerAccount } from '../../src/sources/picker/picker-account.js';
import type { Pick } from '../../src/sources/picker/picks.js';
import { makeTempFolder } from './clients.js';
import { beginPick, makePick } from './make-pick.js';
import { readMultistatus, type Member } from './multistatus.js';
import { Recorder } from './log-lines.js';
import { sourceContext } from './source-context.js';
import { TurnedClock } from './turned-clock.js';

type Choice = Parameters<Emulator['pick']>[1];

export interface PickerStageOptions {
  readonly emulator?: EmulatorOptions;
  /** Options of the mount beside its sign-in. */
  readonly mount?: object;
  /** How much sooner the server does what it waits with. */
  readonly pace?: number;
  /** Further sections of the configuration file. */
  readonly config?: object;
}

/** Google, a server that shows what was picked, and somebody who picks, all by one clock. */
export interface PickerStage {
  readonly emulator: Emulator;
  readonly dataDir: string;
  readonly clock: TurnedClock;
  readonly account: PickerAccount;
  readonly recorder: Recorder;
  readonly log: Log;
  app: App;
  /** Without a slash at the end. */
  origin: string;
  /** The whole of a pick, as `photodav pick` does it beside the server. */
  pick(folder: string, choice: Choice): Promise<Pick>;
  /** Its beginning. */
  begin(folder: string): Promise<Pick>;
  /** The members of a folder; throws the status where it cannot be listed. */
  list(path: string): Promise<readonly Member[]>;
  /** Their names. */
  names(path: string): Promise<readonly string[]>;
  get(path: string): Promise<Response>;
  /** Starts the server again, with what the data folder holds. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const START_MS = Date.UTC(2026, 10, 21, 12);

export async function startPickerStage(options: PickerStageOptions = {}): Promise<PickerStage> {
  const clock = new TurnedClock(START_MS, options.pace);
  const dataDir = await makeTempFolder();
  const emulator = await startEmulator({ items: 300, clock, ...options.emulator });
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const signIn = { clientId, clientSecret, refreshToken };
  const file = join(dataDir, 'config.json');
  const written = {
    server: { port: 0 },
    google: { endpoint: api },
    catalog: { ttl: '7d' },
    dataDir,
    mounts: [{ source: 'picker', ...signIn, ...options.mount }],
    ...options.config,
  };
  await writeFile(file, JSON.stringify(written));
  const system = { env: {}, platform: 'linux', home: dataDir, workingFolder: dataDir } as const;
  const { values } = await loadConfig({ '--config': file }, system);
  const recorder = new Recorder();
  const log = createLog({ level: 'debug', destination: recorder });
  const account = await openPickerAccount(signIn, sourceContext(api, { clock, picksFolder: join(dataDir, 'picks') }));
  const start = async (): Promise<{ readonly app: App; readonly origin: string }> => {
    const app = await createApp(values, { clock, log });
    return { app, origin: (await app.listen())[0]!.origin };
  };
  const list = async (path: string): Promise<readonly Member[]> => {
    const answer = await fetch(stage.origin + path, { method: 'PROPFIND', headers: { Depth: '1' } });
    if (answer.status !== 207) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return readMultistatus(await answer.text()).slice(1);
  };
  const stage: PickerStage = {
    ...{ emulator, dataDir, clock, account, recorder, log, list },
    ...(await start()),
    pick: (folder, choice) => makePick(emulator, account, { folder, clock, ...choice }),
    begin: (folder) => beginPick(account, folder, clock),
    names: async (path) =>
      (await list(path)).map(({ href }) => decodeURIComponent(href.split('/').filter(Boolean).at(-1)!)),
    get: (path) => fetch(stage.origin + path),
    async restart() {
      await stage.app.close();
      Object.assign(stage, await start());
    },
    async close() {
      await stage.app.close();
      await account.close();
      await emulator.close();
      await rm(dataDir, { recursive: true });
    },
  };
  return stage;
}
