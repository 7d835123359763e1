import { expect, it } from '@jest/globals';
import { SYSTEM_CLOCK } from '../../../src/clock.js';
import { startDemo } from '../../../src/sources/demo.js';

it('says to install again where the photos of the demo are missing', async () => {
  const starting = startDemo(SYSTEM_CLOCK, '/nowhere/photodav/demo');
  const advice = expect.stringMatching(/install photodav again/) as unknown;
  await expect(starting).rejects.toMatchObject({ code: 'CONFIG_INVALID', advice });
});
