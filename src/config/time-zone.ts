import { z } from 'zod';
import { nearest } from './faults.js';
import { OPTION_FACTS } from './option-facts.js';

/** Schema of a time zone by its name in the IANA database. */
export const timeZone = z
  .string()
  .superRefine((name, context) => {
    if (isTimeZone(name)) return;
    const near = nearest(name, ['UTC', ...Intl.supportedValuesOf('timeZone')], '/');
    context.addIssue({ code: 'custom', ...(near === undefined ? {} : { message: `did you mean ${near}?` }) });
  })
  .register(OPTION_FACTS, { allowed: 'a name such as UTC or Europe/Berlin', placeholder: 'zone' });

function isTimeZone(name: string): boolean {
  // Newer versions of Node take offsets such as +02:00 too, and a day folder must not depend on the version.
  if (!/^[a-z]/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
