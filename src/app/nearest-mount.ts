import type { Mount } from '../config/schema.js';

interface Mounted {
  readonly mount: Mount;
}

/** That one of `mounts` whose path is the longest beginning of these segments, which may be in any Unicode form. */
export function nearestMount<M extends Mounted>(mounts: readonly M[], segments: readonly string[]): M | undefined {
  const names = segments.map((segment) => segment.normalize('NFC'));
  return mounts
    .filter(({ mount }) => segmentsOf(mount.path).every((name, i) => names[i] === name))
    .reduce<M | undefined>(
      (best, each) => (best && best.mount.path.length >= each.mount.path.length ? best : each),
      undefined,
    );
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}
