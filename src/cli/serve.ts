import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { loadConfig, type LoadedConfig } from '../config/load.js';
import { watchUsers } from '../config/users-file.js';
import { addConfigFlags, configFlags } from './config-flags.js';
import { ensureWritable } from './data-dir.js';
import { endSignal, exitCodeAfter } from './end-signal.js';
import { openLog } from './open-log.js';
import { prepareReadyFile } from './ready-file.js';
import { startLines } from './start-lines.js';

/**
 * What a library takes lies outside V8's heap for the most part; at V8's own pace, garbage inside it would grow to as much
 * again before it is collected.
 */
const HEAP_GROWING_PERCENT = 50;

/** `photodav serve`, which also runs where no command is named. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve a library over WebDAV until it is told to end')
    .option('--ready-file <file>', 'write one line of JSON with the addresses there, once requests are answered');
  return addConfigFlags(command).action(async ({ readyFile }: { readonly readyFile?: string }) => {
    await serve(await loadConfig(configFlags(command)), readyFile);
  });
}

/** Exit code 0 after SIGTERM, which is how a service is ended, and 130 after SIGINT. */
async function serve(loaded: LoadedConfig, readyPath: string | undefined): Promise<void> {
  const { values } = loaded;
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  if (values.catalog.store === 'disk') await ensureWritable(values.dataDir);
  const readyFile = readyPath === undefined ? undefined : await prepareReadyFile(readyPath);
  const log = await openLog(values.log);

  // Only now, for the parts behind it take most of the time that a start takes.
  const { createApp } = await import('../app.js');
  const app = await createApp(values, { log, users: watchUsers(loaded, log) });
  const onHangup = (): void => void app.refresh();
  process.on('SIGHUP', onHangup);
  try {
    const urls = await app.listen();
    const ended = endSignal();
    process.stdout.write(`${startLines(loaded, urls).join('\n')}\n`);
    await readyFile?.announce(urls);
    const signal = await ended;
    log.info({ signal }, 'ending: running answers may finish');
    process.exitCode = exitCodeAfter(signal);
  } finally {
    process.off('SIGHUP', onHangup);
    await app.close();
  }
}
