import { stat } from 'node:fs/promises';
import { isLoopback } from '../../config/addresses.js';
import type { Check } from './check.js';
import { failure, failureFrom, ok, warning } from './finding.js';
import type { Setup } from './setup.js';

/** What package.json asks for. */
const OLDEST_NODE = [20, 20] as const;
const CONFIGURATION = 'docs/configuration.md';

export const NODE: Check<Setup> = {
  name: 'node',
  run({ nodeVersion }) {
    const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
    const [oldest, oldestMinor] = OLDEST_NODE;
    const isTaken = major > oldest || (major === oldest && minor >= oldestMinor);
    const message = `Node.js ${nodeVersion}`;
    if (isTaken) return Promise.resolve(ok(message));
    const needed = `${message} is too old: photodav needs ${OLDEST_NODE.join('.')} or newer`;
    return Promise.resolve(failure('CONFIG_INVALID', needed, 'install a current Node.js', 'https://nodejs.org'));
  },
};

/** Words of rclone and Pluton for uploads. */
const BATCHES = /batch_?(mode|size|timeout)/i;
const NO_BATCHES = 'leave the batch options out: photodav only reads, so it has no uploads, and none that could fail';

export const CONFIGURATION_FILE: Check<Setup> = {
  name: 'configuration',
  async run({ loaded, configFile }) {
    if (!('values' in loaded)) {
      const found = failureFrom(loaded, CONFIGURATION);
      return BATCHES.test(found.message) ? { ...found, advice: NO_BATCHES } : found;
    }
    const isThere = await stat(configFile).then(
      () => true,
      () => false,
    );
    const from = isThere ? `taken from ${configFile}` : `without a file: there is none at ${configFile}`;
    if (!loaded.isDemoByDefault) return ok(from);
    return ok(
      `nothing is configured, so the demo library is shown; ${from}`,
      'for photos of your own sign in with `photodav login`, then add `--source picker` to `photodav serve`, and to this command too',
      'docs/google-cloud.md',
    );
  },
};

export const ENTRY: Check<Setup> = {
  name: 'entry',
  needs: ['configuration'],
  run({ config: { server, users } }) {
    const who = users.length === 0 ? 'without a password' : 'with a password';
    if (isLoopback(server.host)) return Promise.resolve(ok(`only programs on this machine may enter, ${who}`));
    if (users.length === 0) {
      const message = 'everybody who can reach this machine may see the library: there are no users';
      const advice = 'add a user with `photodav user add NAME`, and leave insecureNoAuth out';
      return Promise.resolve(warning(message, advice, `${CONFIGURATION}#users`));
    }
    if (server.tls) return Promise.resolve(ok('other machines may enter, with a password, over TLS'));
    const message = 'other machines may enter with a password, which crosses the network unencrypted';
    const advice = 'set server.tls, or listen on 127.0.0.1 behind a reverse proxy with TLS';
    return Promise.resolve(warning(message, advice, 'docs/reverse-proxies.md'));
  },
};
