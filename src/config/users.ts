import { z } from 'zod';
import { mountPath } from './mount-path.js';
import { OPTION_FACTS } from './option-facts.js';

/** As `photodav user add` writes them: scrypt with the parameters that a sign-in is checked with, as a PHC string. */
const PASSWORD_HASH = /^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/;

/** A colon ends the name in a sign-in (RFC 7617 §2). */
// eslint-disable-next-line no-control-regex
const USER_NAME = /^[^:\u0000-\u001f\u007f-\u009f]{1,255}$/;

/** Schema of a user's name; its output is in NFC. */
export const userName = z
  .string()
  .transform((name) => name.normalize('NFC'))
  .pipe(z.string().regex(USER_NAME))
  .register(OPTION_FACTS, {
    allowed: 'up to 255 characters, neither a colon nor control characters',
    placeholder: 'name',
  });

/** Schema of somebody who may sign in. */
export const USER = z.object({
  name: userName.describe('the name to sign in with'),
  passwordHash: z
    .string()
    .regex(PASSWORD_HASH)
    .register(OPTION_FACTS, { allowed: 'what `photodav user add` writes', isPrivate: true })
    .describe('the password, as `photodav user add` writes it'),
  mounts: z
    .array(mountPath)
    .optional()
    .register(OPTION_FACTS, { allowed: 'paths of mounts', defaultText: 'all' })
    .describe('the mounts that the user sees'),
  access: z.enum(['read']).default('read').describe('what the user may do'),
});

/** Somebody who may sign in. */
export type User = z.output<typeof USER>;
