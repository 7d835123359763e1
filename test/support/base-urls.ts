import type { Emulator } from '../../src/emulator/emulator.js';

/** A media item as Google lists it. */
export interface GoogleItem {
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly baseUrl: string;
}

interface Page {
  readonly mediaItems: readonly GoogleItem[];
  readonly nextPageToken?: string;
}

/** All items of the library, with base URLs as they are now. */
export async function baseUrlsOf({ ready }: Emulator): Promise<readonly GoogleItem[]> {
  const { api, clientId, clientSecret, refreshToken } = ready;
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  });
  const signedIn = await fetch(`${api}/token`, { method: 'POST', body: form });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  const items: GoogleItem[] = [];
  for (let pageToken: string | undefined = ''; pageToken !== undefined;) {
    const query = new URLSearchParams({ pageSize: '100', pageToken });
    const listed = await fetch(`${api}/v1/mediaItems?${query.toString()}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const page = (await listed.json()) as Page;
    items.push(...page.mediaItems);
    pageToken = page.nextPageToken;
  }
  return items;
}
