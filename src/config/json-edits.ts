/**
 * Edits of JSON with comments that leave everything else as it was written.
 *
 * Not `modify` of jsonc-parser 3.3: it makes `[12]` of `[1, 2]` without its second member, and drops comments beside it.
 */
import type { Node } from 'jsonc-parser';

const TRIVIA = /(?:\s|\/\*[^]*?\*\/|\/\/[^\r\n]*)*/y;
/** Comments that end the line of what they speak of. */
const COMMENTS = /(?:[^\S\r\n]*(?:\/\*[^]*?\*\/|\/\/[^\r\n]*))*/y;

/** The text with one more member at the end of an object or a list; `member` is JSON. */
export function withMember(text: string, container: Node, member: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const closing = container.offset + container.length - 1;
  const outer = indentAt(text, container.offset);
  const last = container.children?.at(-1);
  const indent = last && isFirstOfLine(text, last.offset) ? indentAt(text, last.offset) : outer + indentUnit(text);
  const added = `${eol}${indent}${member.replaceAll('\n', eol + indent)}`;
  if (!last) return `${text.slice(0, closing).trimEnd()}${added}${eol}${outer}${text.slice(closing)}`;

  const lastEnd = last.offset + last.length;
  const { comma, end } = tailOf(text, last);
  const [before, after] = comma === undefined ? [',', ''] : ['', ','];
  const rest = /[\r\n]/.test(text.slice(end, closing)) ? '' : eol + outer;
  return `${text.slice(0, lastEnd)}${before}${text.slice(lastEnd, end)}${added}${after}${rest}${text.slice(end)}`;
}

/** The text without this member of a list, and without the comment that ends its line. */
export function withoutMember(text: string, list: Node, index: number): string {
  const members = list.children ?? [];
  const member = members[index];
  if (!member) return text;
  const { comma, end } = tailOf(text, member);
  const [start, stop] = lines(text, member.offset, end) ?? [startOf(text, member.offset, index), end];
  const without = text.slice(0, start) + text.slice(stop);
  const previous = members[index - 1];
  // Where no comma follows the last member, none may follow the new last one: it would no longer be plain JSON.
  const leftover = previous && comma === undefined ? tailOf(text, previous).comma : undefined;
  return leftover === undefined ? without : without.slice(0, leftover) + without.slice(leftover + 1);
}

/** The text with another value in the place of this one. */
export function withValue(text: string, node: Node, value: string): string {
  return text.slice(0, node.offset) + value + text.slice(node.offset + node.length);
}

/** One step of indentation, as the text has it; two spaces where it has none. */
export function indentUnit(text: string): string {
  return /^[\t ]+(?=["{[])/m.exec(text)?.[0] ?? '  ';
}

/** The comma after a member, if there is one, and where the member ends with its comma and comments. */
function tailOf(text: string, { offset, length }: Node): { readonly comma?: number; readonly end: number } {
  const next = skip(TRIVIA, text, offset + length);
  if (text[next] !== ',') return { end: skip(COMMENTS, text, offset + length) };
  return { comma: next, end: skip(COMMENTS, text, next + 1) };
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

/** The whole lines from `start` to `end`, or undefined if something else stands on them. */
function lines(text: string, start: number, end: number): readonly [number, number] | undefined {
  const rest = /^[^\S\r\n]*(?:\r?\n)/.exec(text.slice(end))?.[0];
  if (rest === undefined || !isFirstOfLine(text, start)) return undefined;
  return [start - indentAt(text, start).length, end + rest.length];
}

function startOf(text: string, offset: number, index: number): number {
  // Not the line before: it may end with a comment.
  return index === 0 ? offset : text.slice(0, offset).replace(/[\t ]+$/, '').length;
}

function isFirstOfLine(text: string, offset: number): boolean {
  return /(?:^|[\r\n])[\t ]*$/.test(text.slice(0, offset));
}

/** The white space that begins the line. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(0, offset).search(/[^\r\n]*$/);
  return /^[\t ]*/.exec(text.slice(line))?.[0] ?? '';
}
