import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { screenshot, signedInPage, startBrowser } from '../support/browser.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox', 'debian'] });
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  page = await signedInPage(browser, suite.server.signInLink);
});
afterAll(() => browser?.close());

const open = (image = '') => page.goto(`${suite.server.baseUrl}/containers/new?image=${encodeURIComponent(image)}`);
const run = () => page.getByRole('button', { name: 'Run', exact: true }).click();

it('an image is chosen by typing a part of its name, with the keyboard alone', async () => {
  await open();
  const picker = page.getByRole('combobox', { name: 'Image' });
  await picker.fill('debian');
  const offered = page.getByRole('listbox', { name: 'Image' }).getByRole('option');
  await expect.poll(() => offered.allTextContents()).toEqual([suite.image('debian')]);
  await picker.press('ArrowDown');
  await picker.press('Enter');
  expect(await picker.inputValue()).toBe(suite.image('debian'));
  await expect.poll(() => offered.count()).toBe(0);
  await picker.press('ArrowDown');
  await expect.poll(() => offered.count()).toBe(2);
});

it('limits, mounts and a health check that were filled in are those of the container', async () => {
  await open(suite.image('busybox'));
  await page.getByLabel('Command').first().fill('sleep 1000');
  await page.getByRole('textbox', { name: 'Memory' }).fill('64 MiB');
  await page.getByText('More limits').click();
  await page.getByLabel('Memory reserved').fill('32m');
  await page.getByLabel('CPU shares').fill('512');
  await page.getByRole('button', { name: 'Add ulimit' }).click();
  await page.getByLabel('Soft').fill('100');
  await page.getByRole('button', { name: 'Add mount' }).click();
  await page.getByLabel('Path inside').fill('/scratch');
  await page.getByLabel('Size', { exact: true }).fill('1 MiB');
  await page.getByRole('button', { name: 'Add mount' }).click();
  await page.getByLabel('Kind').last().selectOption('image');
  await page.getByLabel('Path inside').last().fill('/tools');
  await page.getByRole('combobox', { name: 'Image' }).last().fill(suite.image('debian'));
  await page.getByLabel('Root filesystem read-only').check();
  await page.getByLabel('Check', { exact: true }).fill('test -d /scratch');
  await page.getByLabel('Every').fill('0.5');
  await page.getByText(/^docker run -d/).waitFor();
  await screenshot(page, 'run-form-limits');
  await run();
  await page.waitForURL(/\/containers\/[0-9a-f]{64}/);
  const id = /[0-9a-f]{64}/.exec(page.url())?.[0] ?? '';
  expect(await suite.api.containers.inspect(id)).toMatchObject({
    state: 'running',
    resources: {
      memoryBytes: 64 * 1024 ** 2,
      memoryReservationBytes: 32 * 1024 ** 2,
      cpuShares: 512,
      ulimits: [{ name: 'nofile', soft: 100 }],
    },
    mounts: [
      { type: 'tmpfs', target: '/scratch', sizeBytes: 1024 ** 2 },
      { type: 'image', target: '/tools', source: suite.image('debian') },
    ],
    readonlyRootfs: true,
    healthcheck: { command: ['test', '-d', '/scratch'], intervalSeconds: 0.5 },
  });
});

it('what the server refuses is told beside its field, in its own words, until the form is changed', async () => {
  await open(suite.image('busybox'));
  await page.getByRole('textbox', { name: 'Memory' }).fill('16 MiB');
  await page.getByText('More limits').click();
  const reserved = page.getByLabel('Memory reserved');
  await reserved.fill('32 MiB');
  await page.getByText('More limits').click();
  await run();
  await expect.poll(() => reserved.getAttribute('aria-invalid')).toBe('true');
  const note = await reserved.getAttribute('aria-describedby');
  expect(await page.evaluate(`document.getElementById('${note}').textContent`)).toMatch(/32 MiB.*16 MiB/);
  expect(await page.evaluate('document.activeElement.id')).toBe(await reserved.getAttribute('id'));
  await screenshot(page, 'run-form-refused');
  await reserved.fill('8 MiB');
  await expect.poll(() => reserved.getAttribute('aria-invalid')).toBe(null);
});

it('a mount below no open directory is refused at its row', async () => {
  await open(suite.image('busybox'));
  for (const target of ['/a', '/b']) {
    await page.getByRole('button', { name: 'Add mount' }).click();
    await page.getByLabel('Path inside').last().fill(target);
  }
  await page.getByLabel('Kind').last().selectOption('bind');
  await page.getByLabel('Path on the host').fill('/etc');
  await run();
  await expect.poll(() => page.getByLabel('Path on the host').getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByText(/KEELSON_BIND_ROOTS/).count()).toBeGreaterThan(0);
});
