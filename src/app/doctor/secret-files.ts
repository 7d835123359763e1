import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { optionAt } from '../../config/options.js';
import type { Check } from './check.js';
import { ok, warning } from './finding.js';
import type { Setup } from './setup.js';

const LINK = 'docs/configuration.md#secrets';

export const SECRET_FILES: Check<Setup> = {
  name: 'secret files',
  needs: ['configuration'],
  // Windows has rights of another kind, which the folders of a person have by default.
  applies: ({ system }) => system.platform !== 'win32',
  async run(setup) {
    const files = [...secretsOf(setup), ...(await keptIn(setup.config.dataDir))];
    const open = [];
    for (const file of new Set(files)) {
      const { mode = 0 } = (await stat(file).catch(() => undefined)) ?? {};
      if ((mode & 0o077) !== 0) open.push(file);
    }
    if (open.length === 0) return ok('nobody else may read the files with secrets');
    const message = `others on this machine may read ${open.join(', ')}, with secrets in it`;
    return warning(message, 'run `chmod 600` on it', LINK);
  },
};

/** The configuration file if it holds a secret itself, and the files that it, or somebody else, names for them. */
function secretsOf({ loaded, configFile }: Setup): readonly string[] {
  if (!('values' in loaded)) return [];
  return [...loaded.given].flatMap(([path, { value, origin }]) => {
    const option = optionAt(path);
    if (option?.secretPath !== undefined && typeof value === 'string') return [value];
    return option?.isSecret === true && origin === 'file' ? [configFile] : [];
  });
}

async function keptIn(dataDir: string): Promise<readonly string[]> {
  const tokens = join(dataDir, 'tokens');
  const names = await readdir(tokens).catch(() => []);
  return [join(dataDir, 'link-token'), ...names.map((name) => join(tokens, name))];
}
