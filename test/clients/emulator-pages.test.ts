import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { BROWSER_NEEDS, openBrowser } from '../support/browser.js';
import { describeClient } from '../support/clients.js';
import { GoogleCaller } from '../unit/emulator/google-caller.js';

const PREFIX = 'https://www.googleapis.com/auth/';
const LIBRARY = `${PREFIX}photoslibrary.readonly.appcreateddata`;
const PICKER = `${PREFIX}photospicker.mediaitems.readonly`;

let emulator: Emulator;
let caller: GoogleCaller;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser says of scripts, styles and pictures that the policy forbids. */
let complaints: string[];

describeClient("the emulator's pages in Chromium", BROWSER_NEEDS, () => {
  beforeAll(async () => {
    emulator = await startEmulator({ items: 2500, levers: { consentPage: 'page', testingMode: true } });
    caller = await GoogleCaller.signIn(emulator);
    browser = await openBrowser();
  }, 60_000);
  afterEach(() => context.close());
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
  });
  afterAll(async () => {
    await browser.close();
    await emulator.close();
  });

  it('take consent by keyboard alone, and send the browser to a loopback port', async () => {
    const server = await listen();
    const { port } = server.address() as AddressInfo;
    const answered = once(server, 'request') as Promise<[{ url: string }]>;
    const query = new URLSearchParams({
      ...{ client_id: emulator.ready.clientId, redirect_uri: `http://127.0.0.1:${port}/`, response_type: 'code' },
      ...{ scope: `${LIBRARY} ${PICKER}`, state: 'state' },
    });
    await page.goto(`${emulator.ready.api}/o/oauth2/v2/auth?${query.toString()}`);
    await page.getByRole('button', { name: 'Continue' }).press('Enter');
    await page.getByRole('checkbox', { name: 'See the photos and videos that you select' }).press('Space');
    await page.getByRole('button', { name: 'Allow' }).press('Enter');
    const [{ url }] = await answered;
    expect(new URL(url, 'http://127.0.0.1').searchParams.get('scope')).toBe(LIBRARY);
    server.close();
    server.closeAllConnections();
  }, 60_000);

  it('count what is selected, and stop at what the app takes', async () => {
    const { pickerUri } = await session(3);
    await page.goto(pickerUri);
    const boxes = page.locator('input[name=item]');
    await expectText('0 selected');
    expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    for (const place of [0, 2, 4]) await boxes.nth(place).check();
    await expectText('3 selected');
    expect(await boxes.nth(1).isDisabled()).toBe(true);
    await boxes.nth(2).uncheck();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await expectText('3 selected');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('3 items picked').waitFor();
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
  }, 60_000);

  it('take two thousand items, and close the window that an app has opened', async () => {
    const { id, pickerUri } = await session();
    await page.goto(emulator.ready.api);
    const [popup] = await Promise.all([
      context.waitForEvent('page'),
      page.evaluate(`void window.open(${JSON.stringify(`${pickerUri}/autoclose`)})`),
    ]);
    await popup.getByRole('checkbox', { name: 'Select all' }).check();
    await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Done' }).click()]);
    expect(emulator.pickingSessions().find((each) => each.id === id)).toMatchObject({
      state: 'picked',
      pickedCount: 2000,
    });
  }, 60_000);
});

async function session(maxItemCount = 0): Promise<{ id: string; pickerUri: string }> {
  const answer = await caller.post('/v1/sessions', { pickingConfig: { maxItemCount } });
  return JSON.parse(answer.text) as { id: string; pickerUri: string };
}

async function expectText(text: string): Promise<void> {
  await page.locator('#count', { hasText: text }).waitFor();
}

async function listen(): Promise<Server> {
  const server = createServer((_request, response) => response.end('signed in')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
