import { createHash } from 'node:crypto';

const STYLE =
  ':root { color-scheme: light dark } ' +
  'body { margin: 20vh auto 0; max-width: 32rem; padding: 0 1.25rem; font: 17px/1.5 system-ui, sans-serif }';

/** No script, nothing from elsewhere, and no page that may frame this one. */
const POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What every answer to the browser carries: an address here holds a code until the browser has left it. */
export const PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  Connection: 'close',
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** What a page says; constants alone, so that nothing needs to be escaped. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

export const DONE: Page = {
  status: 200,
  title: 'Signed in',
  text: 'The terminal that photodav was started in says what comes next. You can close this window.',
};

export const FAILED: Page = {
  status: 200,
  title: 'Not signed in yet',
  text: 'The terminal that photodav was started in says why, and what to do. You can close this window.',
};

export const REFUSED: Page = {
  status: 200,
  title: 'Not signed in',
  text: 'Consent was refused, and photodav was told so. You can close this window.',
};

export const FOREIGN: Page = {
  status: 400,
  title: 'Another sign-in',
  text:
    'This does not answer the sign-in that photodav waits for, and was ignored. Open the address that photodav has ' +
    'printed in the terminal last.',
};

export const ALREADY: Page = {
  status: 409,
  title: 'Answered already',
  text: 'This sign-in has had its answer, so this one was ignored. You can close this window.',
};

export const NOT_FOUND: Page = { status: 404, title: 'Not found', text: 'There is nothing here.' };

export const WRONG_METHOD: Page = { status: 405, title: 'Not allowed', text: 'Only GET is answered here.' };

export const WRONG_HOST: Page = {
  status: 421,
  title: 'Misdirected',
  text: 'This server answers under its address alone.',
};

/** The page as HTML. */
export function pageHtml({ title, text }: Page): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · photodav</title>
<style>${STYLE}</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}
