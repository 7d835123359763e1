import { Help, type HelpConfiguration } from 'commander';

const USUAL_WIDTH = 80;
/** In a narrower window every description stands below its term. */
const NARROW_WIDTH = 60;
const NARROW_INDENT = 6;
const LONGEST_TERM = 26;

/**
 * Help for windows of any width: wrapped between words, and with the description of a long term below it. Commander 14 makes
 * a column as wide as the longest term, and wraps nothing where too little is left beside it.
 */
export const HELP_LAYOUT: HelpConfiguration = {
  minWidthToWrap: 20,
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? USUAL_WIDTH;
    const indent = width < NARROW_WIDTH ? NARROW_INDENT : Math.min(termWidth, LONGEST_TERM) + 4;
    const start = `  ${term}`;
    if (description === '') return start;
    const margin = ' '.repeat(indent);
    const text = helper.boxWrap(description, width - indent).replaceAll('\n', `\n${margin}`);
    return start.length + 2 > indent ? `${start}\n${margin}${text}` : `${start.padEnd(indent)}${text}`;
  },
};

/** A text for so many columns, those of standard output if none are named, wrapped as the help is. */
export function wrapped(text: string, width = outputWidth()): string {
  return Object.assign(new Help(), HELP_LAYOUT).boxWrap(text, width);
}

/** The columns of the window that standard output is shown in. */
export function outputWidth(): number {
  const { isTTY, columns } = process.stdout;
  // Some terminals tell no width.
  return isTTY && columns > 0 ? columns : USUAL_WIDTH;
}
