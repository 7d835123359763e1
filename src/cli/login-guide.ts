import type { Command } from 'commander';
import { guideText } from '../app/guide.js';
import { AppError } from '../errors.js';
import { outputWidth, wrapped } from './help-layout.js';
import { loadSignInConfig } from './sign-in-config.js';

const MORE = "docs/google-cloud.md has these steps with links, and what each of Google's refusals means.";

/** Prints the way through Google's console, for the sources that are configured. */
export async function printGuide(
  command: Command,
  flags: { readonly mount?: string; readonly account?: string },
): Promise<void> {
  process.stdout.write(`${await guideFor(command, flags)}\n${wrapped(MORE)}\n`);
}

async function guideFor(...given: Parameters<typeof printGuide>): Promise<string> {
  try {
    const { whose } = await loadSignInConfig(...given);
    return guideText(outputWidth(), whose.scopes, whose.clientId);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // What is missing may be just what the guide leads to.
    return guideText(outputWidth());
  }
}
