import { toAppError } from '../errors.js';
import type { Log } from '../log.js';
import type { MountedLibrary } from './libraries.js';

/** Says in the log what a person must mend, before the first client finds out. A source that is known needs no question. */
export async function checkMount(
  { mount, root, catalog }: MountedLibrary,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!(await catalog.isNew())) return;
    await catalog.source.check?.(signal);
    if (typeof root === 'object') await catalog.hasItems(root);
  } catch (reason) {
    if (signal.aborted) return;
    const { code, message, advice } = toAppError(reason);
    const { path } = mount;
    if (code === 'NOT_FOUND') {
      log.warn(
        { code, mount: path, advice: 'run `photodav albums` for the ids' },
        'rootFolderId is no album of this account',
      );
    } else log.warn({ code, mount: path, advice }, `the library cannot be shown yet: ${message}`);
  }
}
