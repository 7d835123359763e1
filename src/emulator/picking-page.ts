import { escapeHtml } from './exchange.js';
import type { Item } from './library.js';
import { card, FOOTER, type Page } from './page.js';
import { MAX_PICKED, type PickingSession } from './picking-sessions.js';

/** Counts what is selected, and stops at the session's number; without it the server does. */
const SCRIPT = `
const form = document.querySelector('form');
const max = Number(form.dataset.max);
const boxes = [...form.querySelectorAll('input[name=item]')];
const all = document.getElementById('all');
const count = document.getElementById('count');
const done = document.getElementById('done');
function show() {
  const selected = boxes.filter((box) => box.checked).length;
  count.textContent = selected + ' selected';
  done.disabled = selected === 0;
  for (const box of boxes) box.disabled = !box.checked && selected >= max;
  all.checked = selected > 0 && selected === Math.min(max, boxes.length);
}
form.addEventListener('change', (event) => {
  if (event.target === all) boxes.forEach((box, index) => (box.checked = all.checked && index < max));
  show();
});
all.parentElement.hidden = false;
show();
`;

const CLOSE_SCRIPT = 'window.close();';

/** The newest items as a grid of boxes; `count` is how many there are in all. */
export function pickingPage(session: PickingSession, items: readonly Item[], count: number): Page {
  const max = session.maxItemCount ?? MAX_PICKED;
  const rest = count > items.length ? `<p>These are the newest ${items.length} of ${count} items.</p>` : '';
  const body = `
<form method="post" autocomplete="off" data-max="${max}">
<main class="wide">
<div class="bar">
<h1>Select photos and videos</h1>
<label hidden><input type="checkbox" id="all"> Select all</label>
<output id="count">Up to ${max}</output>
<button id="done" class="main">Done</button>
</div>
${rest}
<ul class="grid">
${items.map((item) => member(session, item)).join('\n')}
</ul>
${FOOTER}
</main>
</form>`;
  return { status: 200, title: 'Select photos and videos', body, script: SCRIPT };
}

/** After Done; the page for the web closes itself. */
export function donePage(count: number, autoclose: boolean): Page {
  const text = `<p>${count} ${count === 1 ? 'item' : 'items'} picked. You may close this window.</p>`;
  const page = { status: 200, title: 'You’re done', body: card('You’re done', text) };
  return autoclose ? { ...page, script: CLOSE_SCRIPT } : page;
}

function member({ opaque }: PickingSession, { serial, filename, video }: Item): string {
  const name = escapeHtml(filename);
  const picture = `<img src="/integration/picker/thumbnail/${opaque}/${serial}" alt="" loading="lazy" width="200" height="200">`;
  const caption = `<span>${video ? '▶ ' : ''}${name}</span>`;
  return `<li><label title="${name}"><input type="checkbox" name="item" value="${serial}">${picture}${caption}</label></li>`;
}
