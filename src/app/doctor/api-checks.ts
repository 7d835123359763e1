import { z } from 'zod';
import { AppError } from '../../errors.js';
import { LIBRARY_SERVICE, PICKER_SERVICE } from '../../google/services.js';
import { RestClient, type Call } from '../../google/rest.js';
import type { Usage } from '../../google/governors.js';
import { projectOf } from '../../sources/sign-in/credentials.js';
import type { Check } from './check.js';
import { failure, ok, warning } from './finding.js';
import type { SignInMount } from '../sign-in/whose.js';
import type { GoogleSetup } from './mount-setup.js';

/** No session has it, so that nothing is told of any. */
const NO_SESSION = '00000000-0000-0000-0000-000000000000';

type Probe = Pick<Call<unknown>, 'path' | 'query' | 'about'>;

/** What costs least of what only an enabled API answers. */
const PROBES: Readonly<Record<SignInMount['source'], Probe>> = {
  library: { path: '/v1/albums', query: { pageSize: 1 } },
  picker: { path: `/v1/sessions/${NO_SESSION}`, about: 'the picking session' },
};

/** AList's second note. */
export const API: Check<GoogleSetup> = {
  name: 'api',
  needs: ['scopes', 'quota'],
  async run({ mount, addresses, transport, clock, log, governor, signIn }, signal) {
    const isPicker = mount.source === 'picker';
    const service = isPicker ? PICKER_SERVICE : LIBRARY_SERVICE;
    const origin = isPicker ? addresses.picker : addresses.api;
    const { auth } = await signIn();
    const { api: quota } = await governor();
    const rest = new RestClient({ service, origin, auth, transport, quota, clock, log });
    try {
      await rest.call({ method: 'GET', ...PROBES[mount.source], schema: z.looseObject({}), attempts: 1, signal });
    } catch (error) {
      if (!(isPicker && error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
    }
    return ok(`the ${service.title} answers`);
  },
};

export const QUOTA: Check<GoogleSetup> = {
  name: 'quota',
  needs: ['sign-in'],
  async run({ governor, signIn, context: { governors } }) {
    await governor();
    const project = projectOf((await signIn()).clientId);
    const usages = (await governors.usage()).filter((usage) => usage.project === project);
    const message = usages.map(usageText).join(', ');
    const advice = "wait for midnight Pacific time, or ask Google for more in your project's console";
    const link = `https://console.cloud.google.com/iam-admin/quotas?project=${project}`;
    if (usages.some(({ isSpent }) => isSpent)) {
      return failure('QUOTA_EXCEEDED', `the quota of the day is spent: ${message}`, advice, link);
    }
    const isNear = usages.some(({ part, used, perDay }) => used >= (part === 'api' ? 0.8 : 0.5) * perDay);
    return isNear ? warning(`${message}: sizes are not learned ahead any more`, advice, link) : ok(message);
  },
};

function usageText({ part, used, perDay }: Usage): string {
  const what = part === 'api' ? 'API requests' : 'requests for bytes';
  return `${used} of ${perDay} ${what} are used today`;
}
