import { z } from 'zod';

const text = z.string().trim().min(1);

/** The options of every source that a Google account signs in to. */
export const SIGN_IN_FIELDS = {
  clientId: text.optional().describe('OAuth client id, from the Google Cloud console'),
  clientSecret: text.optional().describe("the OAuth client's secret"),
  account: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'a name of your own for the Google account, where there are several; `photodav login` keeps a sign-in for each',
    ),
  refreshToken: text.optional().describe('refresh token that a sign-in with this client gave'),
  token: text.optional().describe('what `rclone authorize "google photos"` prints, JSON or base64'),
};

/** The account of whoever names none. */
export const DEFAULT_ACCOUNT = 'default';
