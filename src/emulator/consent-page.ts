import { escapeHtml } from './exchange.js';
import { card, type Page } from './page.js';

const PREFIX = 'https://www.googleapis.com/auth/';

/** What the page says of a scope. */
const MEANINGS: Readonly<Record<string, string>> = {
  'photospicker.mediaitems.readonly': 'See the photos and videos that you select',
  'photoslibrary.readonly.appcreateddata': 'See the photos, videos and albums that this app added',
  'photoslibrary.appendonly': 'Add to your Google Photos library',
  'photoslibrary.edit.appcreateddata': 'Edit the details of photos, videos and albums that this app added',
};

export interface ConsentView {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** The client's request as the form sends it on. */
  readonly request: string;
}

/** Those that the user may refuse one by one; who the user is, is told in any case. */
export function isPhotosScope(scope: string): boolean {
  return scope.startsWith(`${PREFIX}photos`);
}

/** One box for each Photos scope, ticked. */
export function consentPage(view: ConsentView): Page {
  const boxes = view.scopes.filter(isPhotosScope).map((scope) => {
    const meaning = MEANINGS[scope.slice(PREFIX.length)] ?? 'Something that this API does not offer any more';
    const box = `<input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked>`;
    return `<label class="scope">${box}<span>${escapeHtml(meaning)}</span><code>${escapeHtml(scope)}</code></label>`;
  });
  const fields = `<fieldset>\n<legend>Select what it can access:</legend>\n${boxes.join('\n')}\n</fieldset>`;
  return page(view, 'An app wants access to your Google Account', fields, [
    ['allow', 'Allow'],
    ['cancel', 'Cancel'],
  ]);
}

/** What an app in Testing shows first. */
export function warningPage(view: ConsentView): Page {
  const text =
    '<p>You have been given access to an app that is currently being tested. Continue only if you know the developer ' +
    'that invited you.</p>';
  return page(view, 'Google hasn’t verified this app', text, [
    ['continue', 'Continue'],
    ['cancel', 'Back to safety'],
  ]);
}

function page(
  { clientId, redirectUri, request }: ConsentView,
  title: string,
  content: string,
  steps: readonly (readonly [step: string, label: string])[],
): Page {
  // The first button is the one that Enter presses; the style shows it last.
  const buttons = steps.map(
    ([step, label], index) =>
      `<button name="step" value="${step}"${index === 0 ? ' class="main"' : ''}>${label}</button>`,
  );
  const form = `
<p class="account"><b aria-hidden="true">E</b> Emu Lator · nobody@example.com</p>
<p>The app: <code>${escapeHtml(clientId)}</code></p>
<form method="post" action="/signin/oauth/consent">
<input type="hidden" name="request" value="${escapeHtml(request)}">
${content}
<div class="buttons">${buttons.join('')}</div>
</form>`;
  return { status: 200, title, body: card(title, form), formTarget: formTarget(redirectUri) };
}

/** The browser holds the redirect after the form to the policy too; CSP has no way to write an IPv6 address. */
function formTarget(redirectUri: string): string {
  const { origin, hostname } = new URL(redirectUri);
  return hostname.startsWith('[') ? 'http:' : origin;
}
