import { createHash } from 'node:crypto';
import { escapeHtml, type Exchange } from './exchange.js';

/** A page for people. */
export interface Page {
  readonly status: number;
  readonly title: string;
  /** HTML; what comes from outside is escaped in it. */
  readonly body: string;
  readonly script?: string;
  /** Where a form may lead besides this origin, as a source of CSP. */
  readonly formTarget?: string;
}

const STYLE = `
:root { color-scheme: light; --blue: #0b57d0; --line: #dadce0; --grey: #5f6368; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, Roboto, Arial, sans-serif; color: #202124; background: #f0f4f9; }
main { max-width: 34rem; margin: 6vh auto; padding: 2.5rem; background: #fff; border-radius: 1.5rem; }
main.wide { max-width: none; margin: 0; padding: 0 1rem 2rem; border-radius: 0; min-height: 100vh; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; font-weight: 400; overflow-wrap: anywhere; }
footer { margin: 2rem 0 0; font-size: .8rem; color: var(--grey); }
code { font-size: .85em; color: var(--grey); overflow-wrap: anywhere; }
fieldset { margin: 0 0 1.5rem; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .5rem; }
.account { display: inline-flex; gap: .6rem; align-items: center; margin: 0 0 1.5rem; padding: .3rem .9rem .3rem .3rem;
  border: 1px solid var(--line); border-radius: 2rem; font-size: .9rem; }
.account b { display: grid; place-items: center; width: 1.8rem; height: 1.8rem; border-radius: 50%;
  background: #7b1fa2; color: #fff; font-weight: 500; }
.scope { display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; padding: .8rem 0;
  border-bottom: 1px solid var(--line); }
.scope code { grid-column: 2; }
.buttons { display: flex; flex-direction: row-reverse; justify-content: flex-start; gap: .75rem; }
button { padding: .6rem 1.5rem; font: inherit; font-weight: 500; color: var(--blue); background: #fff;
  border: 1px solid var(--line); border-radius: 2rem; cursor: pointer; }
button.main { color: #fff; background: var(--blue); border-color: var(--blue); }
button:disabled { color: #80868b; background: #e8eaed; border-color: #e8eaed; cursor: default; }
:focus-visible { outline: 3px solid #8ab4f8; outline-offset: 2px; }
input[type=checkbox] { width: 1.1rem; height: 1.1rem; margin: .2rem 0; accent-color: var(--blue); }
.bar { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center;
  margin: 0 -1rem 1rem; padding: .75rem 1rem; background: #fff; border-bottom: 1px solid var(--line); }
.bar h1 { margin: 0 auto 0 0; font-size: 1.25rem; }
.bar label { display: flex; gap: .5rem; align-items: center; }
.bar [hidden] { display: none; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem; list-style: none;
  margin: 0; padding: 0; }
.grid label { position: relative; display: block; border-radius: .5rem; overflow: hidden; cursor: pointer;
  background: #e8eaed; }
.grid img { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; }
.grid input { position: absolute; top: .4rem; left: .4rem; width: 1.3rem; height: 1.3rem; margin: 0; }
.grid span { display: block; padding: .2rem .5rem; font-size: .75rem; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.grid label:has(:checked) { outline: 3px solid var(--blue); background: #d3e3fd; }
.grid label:has(:focus-visible) { outline: 3px solid #8ab4f8; }
.grid label:has(:disabled) { opacity: .5; cursor: default; }
`;

/** Sends the page; it runs and loads nothing but what is in it, and pictures of its own origin. */
export function sendPage(exchange: Exchange, { status, title, body, script, formTarget = '' }: Page): void {
  const policy = [
    "default-src 'none'",
    "img-src 'self'",
    `style-src ${hashOf(STYLE)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    `form-action 'self' ${formTarget}`.trim(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const html = [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    body,
    ...(script === undefined ? [] : [`<script>${script}</script>`]),
    '</html>\n',
  ];
  exchange.send(
    status,
    {
      'Content-Type': 'text/html; charset=UTF-8',
      'Content-Security-Policy': policy.join('; '),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
    html.join('\n'),
  );
}

/** A page that says one thing. */
export function notice(status: number, title: string, text: string): Page {
  return { status, title, body: card(title, `<p>${escapeHtml(text)}</p>`) };
}

/** The usual frame of a page; `content` is HTML. */
export function card(title: string, content: string): string {
  return `<main>\n<h1>${escapeHtml(title)}</h1>\n${content}\n${FOOTER}\n</main>`;
}

export const FOOTER = '<footer>This is the photodav emulator: no page of Google, and no account of anybody.</footer>';

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
