import type { Clock } from '../../clock.js';
import type { Config } from '../../config/schema.js';
import { googleAddresses } from '../../google/addresses.js';
import { OAuthClient } from '../../google/auth/oauth.js';
import { Transport } from '../../google/transport.js';
import { proxySettings } from '../proxy-settings.js';

/** Where a person takes access away by hand. */
export const CONNECTIONS = 'https://myaccount.google.com/connections';

/** An OAuth client, as Google's console made it. */
export interface ClientKeys {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Acts with Google's OAuth endpoints, where the configuration says that they are, and leaves no connection open. */
export async function withOAuth<T>(
  { google }: Pick<Config, 'google'>,
  client: ClientKeys,
  clock: Clock,
  act: (oauth: OAuthClient) => Promise<T>,
): Promise<T> {
  const transport = new Transport(proxySettings(google));
  try {
    return await act(new OAuthClient(client, { addresses: googleAddresses(google.endpoint), transport, clock }));
  } finally {
    await transport.close();
  }
}
