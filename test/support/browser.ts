import { chromium, type Browser, type Page } from 'playwright-core';
import type { Needs } from './clients.js';

/** What a test that clicks through pages needs of the machine. */
export const BROWSER_NEEDS: Needs = { commands: ['chromium'], packages: ['chromium'] };

/** A browser without a display, as a new person has it: no cookies, no history. */
export async function withBrowser<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await openBrowser();
  try {
    return await use(await browser.newPage());
  } finally {
    await browser.close();
  }
}

export function openBrowser(): Promise<Browser> {
  // Chromium's own sandbox refuses to run as root.
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
}
