/** Base URLs of the account's items by filename, as a client of the Library API gets them. */
export async function baseUrls({ api, clientId, clientSecret, refreshToken }) {
  const form = { grant_type: 'refresh_token', client_id: clientId, client_secret: clientSecret };
  const body = new URLSearchParams({ ...form, refresh_token: refreshToken });
  const { access_token: token } = await json(await fetch(`${api}/token`, { method: 'POST', body }));
  const found = new Map();
  for (let pageToken = ''; pageToken !== undefined;) {
    const query = new URLSearchParams({ pageSize: '100', ...(pageToken && { pageToken }) });
    const headers = { authorization: `Bearer ${token}` };
    const page = await json(await fetch(`${api}/v1/mediaItems?${query}`, { headers }));
    for (const { filename, baseUrl } of page.mediaItems ?? []) found.set(filename, `${baseUrl}=d`);
    pageToken = page.nextPageToken;
  }
  return found;
}

async function json(response) {
  if (!response.ok) throw new Error(`the emulator answered ${response.status}: ${await response.text()}`);
  return response.json();
}
