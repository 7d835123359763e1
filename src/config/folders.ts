import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** The machine as the configuration sees it; handed in, so that a test can be any. */
export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Where relative paths of flags and variables start. */
  readonly workingFolder: string;
}

/** The machine we run on. The only place that reads the environment. */
export function thisSystem(): System {
  return { env: process.env, platform: process.platform, home: homedir(), workingFolder: process.cwd() };
}

/** Where photodav keeps its configuration and its data, by each system's habit (XDG Base Directory 0.8 where there is none). */
export function systemFolders({ env, platform, home }: System): { readonly config: string; readonly data: string } {
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA ?? win32.join(home, 'AppData', 'Local');
    return { config: win32.join(local, 'photodav'), data: win32.join(local, 'photodav') };
  }
  if (platform === 'darwin') {
    const support = posix.join(home, 'Library', 'Application Support', 'photodav');
    return { config: support, data: support };
  }
  const folder = (variable: string | undefined, ...habit: string[]) =>
    // A relative path is invalid there and must be ignored.
    posix.join(variable?.startsWith('/') === true ? variable : posix.join(home, ...habit), 'photodav');
  return { config: folder(env.XDG_CONFIG_HOME, '.config'), data: folder(env.XDG_DATA_HOME, '.local', 'share') };
}

/** The absolute path that `written` means: `~` is the home folder, and a relative path starts at `base`. */
export function absolutePath(written: string, base: string, { platform, home }: System): string {
  const path = platform === 'win32' ? win32 : posix;
  if (written === '~') return home;
  return /^~[\\/]/.test(written) ? path.join(home, written.slice(2)) : path.resolve(base, written);
}
