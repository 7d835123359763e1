import { suggest } from '../config/faults.js';
import { mountPath } from '../config/mount-path.js';
import type { Config, Mount } from '../config/schema.js';
import { AppError } from '../errors.js';

/** The mount at this path; the only one where no path is given. CONFIG_INVALID names those there are. */
export function chooseMount({ mounts }: Config, written: string | undefined): Mount {
  const paths = mounts.map(({ path }) => path);
  if (written === undefined) {
    if (mounts.length === 1) return mounts[0];
    throw new AppError('CONFIG_INVALID', `there are ${mounts.length} mounts; --mount must name one`, {
      advice: `choose one of ${paths.join(', ')}`,
    });
  }
  const path = mountPath.safeParse(written).data;
  const mount = mounts.find((each) => each.path === path);
  if (mount) return mount;
  throw new AppError('CONFIG_INVALID', `--mount: no mount stands at ${written}`, { advice: suggest(written, paths) });
}
