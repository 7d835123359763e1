import type { System } from '../config/folders.js';

/** Whether a browser that is opened here is likely to be before the person's eyes. */
export function hasBrowser({ env, platform }: Pick<System, 'env' | 'platform'>): boolean {
  if (env.SSH_CONNECTION || env.SSH_TTY) return false;
  if (platform === 'win32' || platform === 'darwin' || env.WSL_DISTRO_NAME) return true;
  return [env.DISPLAY, env.WAYLAND_DISPLAY].some(Boolean);
}

/** Opens the address in the person's browser; false if that cannot be done. A list of processes may show the address. */
export async function openBrowser(url: URL): Promise<boolean> {
  try {
    const { default: open } = await import('open');
    await open(url.href);
    return true;
  } catch {
    return false;
  }
}
