import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { SignIns } from '../google/auth/sign-ins.js';
import { loginCommand, identify, type Identity } from '../sources/sign-in.js';

/**
 * Throws CONFIG_INVALID if two mounts name one account of one client and bring different sign-ins: what one person sees
 * would be stored as what the other sees.
 */
export async function checkSignIns({ mounts }: Pick<Config, 'mounts'>, signIns: SignIns, clock: Clock): Promise<void> {
  const seen = new Map<string, { readonly path: string; readonly who: Identity }>();
  for (const mount of mounts) {
    if (mount.source === 'demo') continue;
    const command = loginCommand(mounts.length > 1 ? mount.path : undefined);
    const who = await identify(mount.options, { signIns, nowMs: clock.now(), loginCommand: command });
    // Picks outlive tokens, so they are kept by the account's name alone.
    const owner = mount.source === 'picker' ? `${who.clientId}:${who.account}` : who.owner;
    const key = `${mount.source}:${owner}`;
    const other = seen.get(key);
    if (other && tokenOf(other.who) !== tokenOf(who)) {
      const message = `mounts ${other.path} and ${mount.path} have different sign-ins for account ${who.account}`;
      throw new AppError('CONFIG_INVALID', message, {
        advice: 'give each person an account of their own, or leave out refreshToken and token at both',
      });
    }
    seen.set(key, { path: mount.path, who });
  }
}

function tokenOf({ configured }: Identity): string | undefined {
  return configured?.refreshToken ?? configured?.accessToken;
}
