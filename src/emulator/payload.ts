import type { z } from 'zod';
import { googleError, type GoogleError } from './google-errors.js';

/** The checked JSON of a request, where nothing is `{}`; throws GoogleError 400 in Google's words. */
export function parsePayload<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw invalidPayload(parsed.error.issues[0]);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw googleError(400, 'Invalid JSON payload received. Unexpected end of string.');
  }
}

/** The first fault of the body, as Google's JSON parser words it. */
function invalidPayload(issue: z.core.$ZodIssue | undefined): GoogleError {
  const path = issue?.path.join('.') ?? '';
  const fail = (message: string): GoogleError => {
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field: path, description: message }],
      },
    ];
    return googleError(400, message, { details });
  };
  if (issue?.code === 'unrecognized_keys') {
    const at = path ? ` at '${path}'` : '';
    return fail(`Invalid JSON payload received. Unknown name "${issue.keys[0] ?? ''}"${at}: Cannot find field.`);
  }
  if (issue?.code === 'invalid_value' || issue?.code === 'invalid_type') return fail(`Invalid value at '${path}'`);
  return googleError(400);
}
