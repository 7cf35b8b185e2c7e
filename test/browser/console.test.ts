/** The console page in a real browser: what a person sees, types and clicks, on the server as it ships. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { describeWith, pathOf } from '../support/requires.js';

/** A sandbox of Chromium's own needs rights a container seldom has; the rest keeps it off the network. */
const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For a busy machine, below what a test has. */
const actionTimeoutMs = 90_000;

describeWith('chromium', 'the console in a browser', () => {
  let nearkey: Nearkey;
  let browser: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  const profile = mkdtempSync(join(tmpdir(), 'nearkey-browser-'));

  beforeAll(async () => {
    nearkey = await startNearkey();
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: pathOf('chromium'),
      args: chromiumArgs,
      timeout: actionTimeoutMs,
    });
    browser.setDefaultTimeout(actionTimeoutMs);
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${nearkey.httpPort}/`);
  });

  afterAll(async () => {
    await browser?.close();
    await nearkey?.stop();
    // The processes of a browser that has been closed write on for a moment.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  test('shows that the server runs', async () => {
    await page.locator('#status[data-state="ok"]').waitFor();
    expect(await page.locator('#status').textContent()).toBe('running');
  });

  test('misses a question nobody has taught it', async () => {
    await page.fill('#question', 'How do I reset my password?');
    await page.click('#ask button');
    await page.locator('#ask-answer[data-state="miss"]').waitFor();
  });

  test('answers a paraphrase once it has been taught, with its similarity', async () => {
    await page.fill('#prompt', 'How do I reset my password?');
    await page.fill('#response', 'Use the <b>link</b> on the sign-in page.');
    await page.click('#teach button');
    await page.locator('#teach-answer[data-state="hit"]').waitFor();
    await page.fill('#question', 'How can I reset my password?');
    await page.click('#ask button');
    await page.locator('#ask-answer[data-state="hit"]').waitFor();
    const answer = await page.locator('#ask-answer').textContent();
    expect(answer).toContain('Use the <b>link</b> on the sign-in page.');
    expect(answer).toMatch(/similarity 0\.9\d\d/);
    expect(await page.locator('#ask-answer b').count()).toBe(0);
  });

  test('has run without an error in the browser', () => {
    expect(complaints).toEqual([]);
  });
});
