const SUFFIX = '.apps.googleusercontent.com';
const WHERE =
  'copy it from https://console.cloud.google.com/auth/clients: the digits of the project, a hyphen, letters and digits, ' +
  `and ${SUFFIX}`;

/** What is pasted in its place, and how to tell. */
const OTHERS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^["'“”‘’]|["'“”‘’]$/, 'has a quote at one end only'],
  [/^[a-z]+:\/\//i, 'is an address'],
  [/^GOCSPX-/, 'is the client secret'],
  [/^AIza/, "is an API key, which cannot open anybody's photos"],
  [/@/, "is an e-mail address; service accounts cannot open anybody's photos"],
  [/^\d+$/, 'is the number of the project, or the beginning of a client id'],
  [/^[a-z][a-z\d-]{4,28}[a-z\d]$/, 'is the id of the project'],
  [/^(?!\d).*\.apps\.googleusercontent\.com$/, 'does not begin with the number of a project'],
];

/** True for rclone's own, which AList has for its default too: all their users share its quota, and rclone ends it. */
export function isRcloneClient(clientId: string): boolean {
  return /^202264815644[-.]/.test(clientId);
}

/** What is wrong with the form of an OAuth client id, and where to find a right one; undefined if nothing is. */
export function clientIdFault(clientId: string): { readonly message: string; readonly advice: string } | undefined {
  if (/^\d+(-[\w]+)?\.apps\.googleusercontent\.com$/.test(clientId)) return undefined;
  const what = OTHERS.find(([pattern]) => pattern.test(clientId))?.[1] ?? `does not end in ${SUFFIX}, or holds more`;
  return { message: `the client id ${what}`, advice: WHERE };
}
