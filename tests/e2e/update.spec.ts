import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { screenshot, signedInPage, startBrowser } from '../support/browser.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
let browser: Browser;
let page: Page;
let id: string;

beforeAll(async () => {
  browser = await startBrowser();
  page = await signedInPage(browser, suite.server.signInLink);
  ({ id } = await suite.api.containers.create({
    name: 'worker',
    image: suite.image('busybox'),
    command: ['sleep', '1000'],
    resources: { memoryBytes: 64 * 1024 ** 2, ulimits: [{ name: 'stack', soft: 1024 ** 2 }] },
    start: true,
  }));
  await page.goto(`${suite.server.baseUrl}/containers/${id}/inspect`);
});
afterAll(() => browser?.close());

const choose = async (item: RegExp) => {
  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const dialog = () => page.getByRole('dialog');

it('limits and restart policy of a running container change from the dashboard', async () => {
  await choose(/^Change limits/);
  await dialog().getByRole('textbox', { name: 'Memory' }).fill('96 MiB');
  await dialog().getByRole('textbox', { name: 'Processes' }).fill('50');
  await dialog().getByLabel('Restart policy').selectOption('always');
  await screenshot(page, 'update-dialog');
  await dialog().getByRole('button', { name: 'Change', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('96 MiB', { exact: true }).waitFor();
  expect(await suite.api.containers.inspect(id)).toMatchObject({
    state: 'running',
    restartCount: 0,
    resources: { memoryBytes: 96 * 1024 ** 2, pidsLimit: 50 },
    restartPolicy: { name: 'always' },
  });
});

it('what waits for a restart is said before anything happens, and recorded when wanted', async () => {
  await choose(/^Change limits/);
  await dialog().getByRole('textbox', { name: 'Memory' }).fill('128 MiB');
  await dialog().getByText('More limits').click();
  await dialog().getByRole('button', { name: 'Remove ulimit 1' }).click();
  await dialog().getByRole('button', { name: 'Change', exact: true }).click();
  await dialog().getByText('resources.ulimits').waitFor();
  await screenshot(page, 'update-waits');
  expect((await suite.api.containers.inspect(id)).resources).toMatchObject({ memoryBytes: 96 * 1024 ** 2, ulimits: [{ name: 'stack' }] });
  await dialog()
    .getByRole('button', { name: /at the next start/ })
    .click();
  await page.getByText('At the next start: resources.ulimits').waitFor();
  const { resources } = await suite.api.containers.inspect(id);
  expect(resources.memoryBytes).toBe(128 * 1024 ** 2);
  expect(resources.ulimits ?? []).toEqual([]);
});

it('a container is renamed, paused and goes on', async () => {
  await choose(/^Rename/);
  await dialog().getByLabel('Name').fill('better-worker');
  await dialog().getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('heading', { level: 1, name: 'better-worker' }).waitFor();
  await choose(/^Pause/);
  await page.getByText('Paused').first().waitFor();
  await choose(/^Unpause/);
  await page.getByText('Running').first().waitFor();
});
