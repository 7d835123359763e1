import { z } from 'zod';
import { OPTION_FACTS } from './option-facts.js';

/** Schema of the secret that links are signed with and workers sign in with. */
export const linkToken = z
  .string()
  .min(16)
  .regex(/^[\w.~+/=-]+$/)
  .register(OPTION_FACTS, { allowed: 'at least 16 letters, digits and - . _ ~ + / =', isSecret: true });
