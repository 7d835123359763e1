import { encodePath, encodeSegment } from '../http/path.js';
import type { Members, Resource, ResourceTree } from '../tree/resource.js';
import { escapeHtml } from './html.js';

const ROWS_PER_PIECE = 100;

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 14%, transparent); }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; font-weight: 600; overflow-wrap: anywhere; }
nav { opacity: .75; }
table { width: 100%; border-collapse: collapse; }
td { padding: .35rem .5rem; border-top: 1px solid var(--line); white-space: nowrap; }
td:first-child { width: 100%; white-space: normal; overflow-wrap: anywhere; }
td:not(:first-child) { opacity: .7; text-align: right; font-variant-numeric: tabular-nums; }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
footer { margin-top: 2rem; opacity: .6; font-size: .9rem; }
@media (max-width: 36rem) { td:nth-child(2) { display: none; } }`;

/**
 * A collection as a page for people: names, dates, sizes where they are known, in pieces of about a hundred members.
 *
 * Links are absolute, so the page works without a slash at the end of its address; no script, everything escaped.
 */
export function* collectionPage(
  segments: readonly string[],
  members: Members,
  tree: Pick<ResourceTree, 'known'>,
): Iterable<string> {
  const title = segments.at(-1) ?? 'Google Photos';
  const total = members.length === 1 ? '1 entry' : `${members.length} entries`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · photodav</title>
<style>${STYLE}</style>
</head>
<body>
<nav>${breadcrumbs(segments)}</nav>
<h1>${escapeHtml(title)}</h1>
<table>
`;
  const base = encodePath(segments, true);
  let rows = '';
  let count = 0;
  for (const member of members) {
    rows += row(member, base, tree);
    if (++count % ROWS_PER_PIECE > 0) continue;
    yield rows;
    rows = '';
  }
  yield rows;
  yield `</table>
<footer>${total}. This address is a WebDAV share: mount it to use it as a drive.</footer>
</body>
</html>
`;
}

function row(member: Resource, base: string, tree: Pick<ResourceTree, 'known'>): string {
  const slash = member.kind === 'collection' ? '/' : '';
  const href = base + encodeSegment(member.name) + slash;
  const date = (member.kind === 'static' ? member.representation.modifiedAt : member.modifiedAt)?.toISOString();
  const size = sizeOf(member, tree);
  return (
    `<tr><td><a href="${href}">${escapeHtml(member.name)}${slash}</a></td>` +
    `<td>${date?.slice(0, 10) ?? ''}</td><td>${size === undefined ? '' : writeSize(size)}</td></tr>\n`
  );
}

function breadcrumbs(segments: readonly string[]): string {
  const parents = segments.slice(0, -1).map((name, i) => link(encodePath(segments.slice(0, i + 1), true), name));
  return segments.length === 0 ? '' : [link('/', 'Top'), ...parents].join(' / ');
}

function link(href: string, text: string): string {
  return `<a href="${href}">${escapeHtml(text)}</a>`;
}

function sizeOf(member: Resource, tree: Pick<ResourceTree, 'known'>): number | undefined {
  if (member.kind === 'media') return tree.known(member)?.size;
  return member.kind === 'static' ? member.representation.size : undefined;
}

/** In units of 1000, as file managers show it. */
function writeSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power > 0 && value < 10 ? 1 : 0)} ${units[power] ?? ''}`;
}
