// Compiles src to dist when src is newer. Run by `npm ci` (prepare), `npm start` and `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', '.built');

const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(statSync(path).mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;

const inputs = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name));
const isFresh = existsSync(stamp) && inputs.every((path) => newest(path) <= statSync(stamp).mtimeMs);

if (!isFresh) {
  let tsc;
  try {
    tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    const isPrepare = process.env.npm_lifecycle_event === 'prepare';
    if (existsSync(stamp) || isPrepare) process.exit(0);
    console.error('error: photodav is not built and the TypeScript compiler is not installed');
    console.error('advice: run `npm ci` (with development dependencies), then `npm start`');
    process.exit(1);
  }
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, '');
}
