import { Command } from 'commander';
import { loadConfig } from '../config/load.js';
import { chooseMount } from './choose-mount.js';
import { addConfigFlags, configFlags, FOR_ALBUMS } from './config-flags.js';
import { ensureWritable } from './data-dir.js';
import { openQuietLog } from './open-log.js';
import { jsonLine, plain } from './plain.js';

const DEMO_NOTE = "note: nothing is configured; these are the demo library's albums\n";

interface Flags {
  readonly json?: true;
  readonly mount?: string;
}

/** `photodav albums`: what `rootFolderId` may be set to. */
export function albumsCommand(): Command {
  const command = new Command('albums')
    .description(
      'print the id and title of every album, one a line, separated by a tab; nothing follows the tab where an album ' +
        'has no title',
    )
    .option('--json', 'print one JSON object a line instead')
    .option('--mount <path>', 'the mount whose albums to print, where there are several');
  return addConfigFlags(command, FOR_ALBUMS).action(async ({ json, mount }: Flags) => {
    process.once('SIGINT', () => process.exit(130));
    const { values, origins, isDemoByDefault } = await loadConfig(configFlags(command));
    const chosen = chooseMount(values, mount);
    if (isDemoByDefault) process.stderr.write(DEMO_NOTE);
    if (values.catalog.store === 'disk') await ensureWritable(values.dataDir);
    const log = await openQuietLog({ values, origins });
    const { listAlbums } = await import('../app.js');
    for await (const album of listAlbums(values, chosen, { log })) {
      const line = json ? jsonLine(album) : plain(`${album.id}\t${album.title.replace(/\s+/g, ' ')}`);
      process.stdout.write(`${line}\n`);
    }
  });
}
