import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { screenshot, signedInPage, startBrowser } from '../support/browser.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  page = await signedInPage(browser, suite.server.signInLink);
  page.setDefaultTimeout(30_000);
});
afterAll(() => browser?.close());

/** Numbers of the lines that are shown, in the order of the page. */
const numbers = async () =>
  [...((await page.getByRole('log').textContent()) ?? '').matchAll(/tick=(\d+);/g)].map(([, number]) => Number(number));

it('an open page outlives a killed server: it says so, and then shows every line once', async () => {
  const { id } = await suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', 'i=0; while true; do i=$((i+1)); echo "tick=$i;"; sleep 0.05; done'],
    start: true,
  });
  await page.goto(`${suite.server.baseUrl}/containers/${id}/logs`);
  await expect.poll(async () => (await numbers()).length, { timeout: 15_000 }).toBeGreaterThan(10);
  await suite.server.kill9();
  await page.getByText('Live updates are interrupted').waitFor();
  await screenshot(page, 'server-gone');
  const before = (await numbers()).at(-1) ?? 0;
  await suite.startServer();
  await expect.poll(async () => (await numbers()).at(-1), { timeout: 30_000 }).toBeGreaterThan(before + 40);
  const seen = await numbers();
  expect(seen).toEqual(seen.map((_, at) => at + 1));
  await expect.poll(() => page.getByText('Live updates are interrupted').count(), { timeout: 30_000 }).toBe(0);
});

it('a terminal that the server has forgotten is opened anew', async () => {
  const { id } = await suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], start: true });
  await page.goto(`${suite.server.baseUrl}/containers/${id}/terminal`);
  await page.locator('.xterm').first().click();
  await page.keyboard.type('echo one-$((1+1))\n');
  const screen = () => page.locator('.xterm-rows').first().textContent();
  await expect.poll(screen, { timeout: 15_000 }).toContain('one-2');
  await suite.server.kill9();
  await page.getByText('connection lost').waitFor();
  await suite.startServer();
  await page.getByText('connection lost').waitFor({ state: 'detached' });
  await page.keyboard.type('echo two-$((1+2))\n');
  await expect.poll(screen, { timeout: 15_000 }).toContain('two-3');
});
