import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { newPage, screenshot, startBrowser } from '../support/browser.js';
import type { ImageName } from '../support/images/recipes.js';
import { freePort } from '../support/ports.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  page = await newPage(browser, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(15_000);
});
afterAll(() => browser?.close());

const keepPicture = (name: string) => onTestFailed(() => screenshot(page, `failed-${name}`));

async function pull(name: ImageName): Promise<void> {
  await page.goto(`${suite.server.baseUrl}/images`);
  await page.getByRole('button', { name: /^Pull/ }).first().click();
  await page.getByRole('textbox', { name: /Reference|Image/ }).fill(suite.image(name));
  await page.getByRole('dialog').getByRole('button', { name: /^Pull/ }).click();
  await page.getByRole('progressbar').first().waitFor();
  await until(
    () => suite.api.images.list(),
    (images) => images.some(({ references }) => references.includes(suite.image(name))),
    60_000,
  );
}

describe('in a browser', () => {
  it('the one-time link signs in', async () => {
    keepPicture('sign-in');
    await page.goto(suite.server.signInLink);
    await page.getByRole('navigation').getByRole('link', { name: 'Containers' }).waitFor();
    await screenshot(page, 'containers-empty');
  });

  it.each(['busybox', 'debian', 'redis', 'nginx'] as const)('%s is pulled with its progress shown', async (name) => {
    keepPicture(`pull-${name}`);
    await pull(name);
    await page.goto(`${suite.server.baseUrl}/images`);
    await page.getByText(suite.image(name)).first().waitFor();
  });

  it('nginx is run from the form with a published port, and its page opens in the browser', async () => {
    keepPicture('run-nginx');
    const port = await freePort();
    await page.goto(`${suite.server.baseUrl}/containers/new?image=${encodeURIComponent(suite.image('nginx'))}`);
    await page.getByLabel(/^Name/).fill('web');
    await page.getByRole('button', { name: 'Add port' }).click();
    await page.getByLabel('Host port').fill(String(port));
    await page.getByLabel('Container port').fill('80');
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.waitForURL(/\/containers\/[0-9a-f]{64}/);
    await screenshot(page, 'container-nginx');
    const other = await newPage(browser);
    await other.goto(`http://127.0.0.1:${port}/`);
    expect(await other.getByRole('heading').textContent()).toBe('A page from inside a container');
    await other.context().close();
  });

  it.each(['busybox', 'debian', 'redis'] as const)('%s is run and typed into from the terminal tab', async (name) => {
    keepPicture(`terminal-${name}`);
    const command = name === 'redis' ? {} : { command: ['sleep', '1000'] };
    const { id } = await suite.api.containers.create({ image: suite.image(name), ...command, start: true });
    await page.goto(`${suite.server.baseUrl}/containers/${id}/terminal`);
    const terminal = page.locator('.xterm').first();
    await terminal.click();
    await page.keyboard.type('echo typed-$((40 + 2))\n');
    await expect.poll(() => terminal.locator('.xterm-rows').textContent(), { timeout: 15_000 }).toContain('typed-42');
    await screenshot(page, `terminal-${name}`);
    await page.reload();
    await expect.poll(() => page.locator('.xterm-rows').first().textContent(), { timeout: 15_000 }).toContain('typed-42');
  });

  it('a log line appears while the page is open', async () => {
    keepPicture('logs');
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sh', '-c', 'echo first-line; while [ ! -e /tmp/go ]; do sleep 0.1; done; echo second-line; sleep 1000'],
      start: true,
    });
    await page.goto(`${suite.server.baseUrl}/containers/${id}/logs`);
    await page.getByText('first-line').waitFor();
    await suite.api.containers.exec(id, { command: ['touch', '/tmp/go'] });
    await page.getByText('second-line').waitFor();
    await screenshot(page, 'logs');
  });
});
