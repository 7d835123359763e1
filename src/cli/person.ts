import type { Answers, Person } from '../app/sign-in.js';
import { thisSystem } from '../config/folders.js';
import { hasBrowser, openBrowser } from './browser.js';
import type { PastedLines } from './pasted-lines.js';
import { tell } from './tell.js';
import { isTerminal } from './terminal.js';

const NO_MORE_PASTING = 'Nothing can be pasted any more. The browser is still waited for; Ctrl-C gives up.';
const HOW_TO_PASTE =
  'Agree there, then paste the address that the browser ends at and press Enter; it begins with http://127.0.0.1, and ' +
  'the page itself need not load. The code in it will do too.';
const NOT_PASTED =
  'Agree there. Nothing can be pasted, for the client came by standard input: with a browser elsewhere, name its file.';
/** An error that Google shows there never comes back here. */
const REFUSED_THERE =
  'Where that page shows an error instead, docs/google-cloud.md says what it means; Ctrl-C gives up.';

/**
 * Whoever sits at the terminal, or writes to standard input: nobody can paste there if `lines` are absent. Everything is told
 * on standard error.
 */
export function personAtTerminal(lines: PastedLines | undefined, mayOpenBrowser: boolean): Person {
  return {
    async visit(consent) {
      const isOpen = mayOpenBrowser && hasBrowser(thisSystem()) && (await openBrowser(consent));
      if (isOpen) {
        tell(
          `The browser shows Google's consent page. If it does not, open this address:\n\n  ${consent.href}\n\n${REFUSED_THERE}`,
        );
        return lines && isTerminal() ? untilTold(lines) : undefined;
      }
      const [where, how] = lines ? [', on this machine or another', HOW_TO_PASTE] : [' of this machine', NOT_PASTED];
      tell(`Open this address in a browser${where}:\n\n  ${consent.href}\n\n${how}\n${REFUSED_THERE}`);
      return lines && isTerminal() ? untilTold(lines) : lines;
    },
    tell,
    ...(lines && isTerminal() ? { agrees: (question, signal) => agrees(lines, question, signal) } : {}),
  };
}

/** Who presses Ctrl-D may mean to give up. */
function untilTold(lines: PastedLines): Answers {
  return {
    async next(signal) {
      const line = await lines.next(signal);
      if (line === undefined) tell(NO_MORE_PASTING);
      return line;
    },
  };
}

async function agrees(lines: PastedLines, question: string, signal: AbortSignal | undefined): Promise<boolean> {
  process.stderr.write(`${question} [Y/n]? `);
  const answer = await lines.next(signal);
  return answer !== undefined && /^\s*(y(es)?)?\s*$/i.test(answer);
}
