import { X509Certificate } from 'node:crypto';
import { readTls } from '../../http/tls.js';
import type { Check } from './check.js';
import { dayText, failure, ok, warning } from './finding.js';
import type { Setup } from './setup.js';

const DAY_MS = 86_400_000;
/** Whoever renews certificates by a program has done so long before. */
const SOON_MS = 14 * DAY_MS;
const ADVICE = 'renew it, and restart the server';
const LINK = 'docs/doctor.md#what-is-checked';

/** What `server.tls` names; a certificate that cannot be used is told as at the start. */
export const CERTIFICATE: Check<Setup> = {
  name: 'certificate',
  needs: ['configuration'],
  applies: ({ config: { server } }) => server.tls !== undefined,
  async run({ config: { server }, clock, log }) {
    if (!server.tls) return ok('there is none');
    const { cert } = await readTls(server.tls, { clock, log });
    const { validFrom, validTo } = new X509Certificate(cert);
    const [fromMs, untilMs] = [Date.parse(validFrom), Date.parse(validTo)];
    const now = clock.now();
    if (untilMs <= now)
      return failure('CONFIG_INVALID', `the certificate has expired on ${dayText(untilMs)}`, ADVICE, LINK);
    if (fromMs > now) {
      const message = `the certificate is not valid before ${dayText(fromMs)}`;
      return failure('CONFIG_INVALID', message, "check this machine's clock", LINK);
    }
    if (untilMs - now < SOON_MS) return warning(`the certificate expires on ${dayText(untilMs)}`, ADVICE);
    return ok(`the certificate is good until ${dayText(untilMs)}`);
  },
};
