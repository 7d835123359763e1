import type { GuideAction, GuideStep, NamedButton } from './steps.js';

/** Longer lines are hard to read. */
const WIDEST = 100;
const UNVERIFIED = ' (this name is not verified)';

/** The steps for a page of Markdown. */
export function markdownOf(steps: readonly GuideStep[]): string {
  return steps.map((step, index) => `${sectionOf(step, index + 1)}\n`).join('\n');
}

function sectionOf({ title, page, url, actions, why, described, help }: GuideStep, number: number): string {
  const dated = help === undefined ? described : `${described}, after [Google's help](${help})`;
  return [
    `### ${number}. ${title}\n`,
    `Page: ${url === undefined ? page : `[${page}](${url})`}\n`,
    ...actions.map((action, index) => `${index + 1}. ${'button' in action ? pressed(action) : written(action)}`),
    `\n${folded(why, 120).join('\n')}\n`,
    `Described ${dated}.`,
  ].join('\n');
}

function pressed({ button, isUnverified }: NamedButton): string {
  return `press **${button}**${isUnverified ? UNVERIFIED : ''}`;
}

function written({ field, value }: { readonly field: string; readonly value: string }): string {
  return `*${field}*: ${value}`;
}

/** The steps for a terminal of so many columns. */
export function textOf(steps: readonly GuideStep[], columns: number): string {
  const width = Math.min(columns, WIDEST);
  return steps.map((step, index) => `${linesOf(step, index + 1, width).join('\n')}\n`).join('\n');
}

function linesOf(
  { title, page, url, actions, why, described }: GuideStep,
  number: number,
  width: number,
): readonly string[] {
  return [
    `${number}. ${title}`,
    `   Page: ${page}`,
    ...(url === undefined ? [] : [`         ${url}`]),
    ...actions.flatMap((action) => indented(folded(plain(action), width - 5), '   - ')),
    ...indented(folded(`${why} (described ${described})`, width - 3), '   '),
  ];
}

/** The first line after `start`, and the others below where it begins. */
function indented(lines: readonly string[], start: string): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? start : ' '.repeat(start.length)}${line}`);
}

function plain(action: GuideAction): string {
  // Backticks would be copied along.
  if (!('button' in action)) return `${action.field}: ${action.value.replaceAll('`', '')}`;
  return `press "${action.button}"${action.isUnverified ? UNVERIFIED : ''}`;
}

function folded(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines.push(`${lines.pop() ?? ''} ${word}`);
    else lines.push(word);
  }
  return lines;
}
