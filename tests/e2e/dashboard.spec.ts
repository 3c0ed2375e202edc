import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPage, screenshot, signedInPage, startBrowser } from '../support/browser.js';
import { testImage } from '../support/images/image-registry.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox', 'nginx'] });
let browser: Browser;
let page: Page;
let container: string;

beforeAll(async () => {
  browser = await startBrowser();
  page = await signedInPage(browser, suite.server.signInLink);
  const { id } = await suite.api.containers.create({
    name: 'worker',
    image: suite.image('busybox'),
    command: ['sh', '-c', 'while true; do echo at work; sleep 1; done'],
    resources: { memoryBytes: 64 * 1024 ** 2 },
    start: true,
  });
  container = id;
});
afterAll(() => browser?.close());

const visit = (path: string, on = page) => on.goto(`${suite.server.baseUrl}${path}`);

describe('images', () => {
  it('removing one that is used is refused, with the containers that use it', async () => {
    await visit('/images');
    await page.getByRole('button', { name: `Actions for ${suite.image('busybox')}` }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByText('The image is in use').waitFor();
    expect(
      await page
        .getByRole('dialog')
        .getByText(/worker/)
        .count(),
    ).toBe(1);
    await screenshot(page, 'image-in-use');
  });

  it('a pull of nothing names what was asked, and where', async () => {
    await visit('/images');
    const wanted = `${suite.registry.host}/test/nothing:9`;
    await page.getByRole('button', { name: 'Pull image' }).click();
    await page.getByLabel('Reference').fill(wanted);
    await page.getByRole('dialog').getByRole('button', { name: 'Pull' }).click();
    await page.getByText('No such image').waitFor();
    expect(await page.getByRole('dialog').getByRole('alert').textContent()).toContain(wanted);
  });

  it('the detail has its layers with their steps, and its configuration', async () => {
    await visit('/images');
    await page
      .getByRole('link', { name: suite.image('nginx') })
      .first()
      .click();
    await page.getByText('Layer 3').waitFor();
    await page.getByText('nginx-light').waitFor();
    await page.getByText('80/tcp').waitFor();
  });

  it('a tar is uploaded and becomes an image', async () => {
    const { layers } = await testImage('busybox');
    await visit('/images');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByLabel('Tar file').setInputFiles(layers.map(({ file }) => file).slice(0, 1));
    await page.getByLabel('Name of the image').fill('imported:1');
    await page.getByLabel('Default command').fill("sh -c 'echo hello'");
    await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
    await page.getByRole('link', { name: 'imported:1', exact: true }).waitFor();
    const { config } = await suite.api.images.inspect('imported:1');
    expect(config.cmd).toEqual(['sh', '-c', 'echo hello']);
  });
});

describe('the run form', () => {
  it('knows the host, and shows the same as a docker line and as a REST call', async () => {
    const { cpus } = await suite.api.system();
    await visit(`/containers/new?image=${encodeURIComponent(suite.image('nginx'))}`);
    await page.getByText(`of ${cpus} on this host`, { exact: false }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('limited');
    await page.getByRole('textbox', { name: 'Memory' }).fill('128');
    await page.getByRole('textbox', { name: 'CPUs' }).fill(String(cpus + 1));
    await page.getByText('More than this host has.').waitFor();
    await page.getByRole('slider', { name: 'CPUs, slider' }).fill('2');
    await page.getByRole('button', { name: 'Publish 80' }).click();
    const line = page.getByText(/^docker run -d/);
    await expect.poll(() => line.textContent()).toMatch(/--name limited .*-p 80 .*--memory 128m .*--cpus 0.5/s);
    await page.getByText(/"memoryBytes": 134217728/).waitFor();
    await screenshot(page, 'run-form');
  });

  it('a refused start says why, and leads to the container that was made', async () => {
    await visit(`/containers/new?image=${encodeURIComponent(suite.image('busybox'))}`);
    await page.getByLabel('Command').first().fill('no-such-program');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText('No such program', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'The container was made and can be looked at' }).click();
    await page.getByText('Why it did not run').waitFor();
  });
});

describe('the list of containers', () => {
  it('follows state and use without a reload', async () => {
    await visit('/containers');
    const row = page.getByRole('row').filter({ hasText: 'worker' });
    await expect.poll(() => row.textContent(), { timeout: 15_000 }).toMatch(/of 64 MiB/);
    await suite.api.containers.stop(container, 0);
    await expect.poll(() => row.textContent(), { timeout: 15_000 }).toContain('Exited');
    await suite.api.containers.start(container);
    await expect.poll(() => row.textContent(), { timeout: 15_000 }).toContain('Running');
  });
});

describe('everywhere', () => {
  const PAGES = (id: string, image: string) => ({
    containers: '/containers',
    images: '/images',
    image: `/images/detail?ref=${encodeURIComponent(image)}`,
    run: `/containers/new?image=${encodeURIComponent(image)}`,
    system: '/system',
    logs: `/containers/${id}/logs`,
    metrics: `/containers/${id}/metrics`,
    terminal: `/containers/${id}/terminal`,
    inspect: `/containers/${id}/inspect`,
  });

  it.each(['light', 'dark'] as const)('pages open directly and fit a phone, %s', async (colorScheme) => {
    const phone = await newPage(browser, { colorScheme, viewport: { width: 390, height: 844 } });
    const faults: string[] = [];
    phone.on('pageerror', ({ message }) => faults.push(message));
    await phone.context().addCookies(await page.context().cookies());
    for (const [name, path] of Object.entries(PAGES(container, suite.image('nginx')))) {
      await visit(path, phone);
      await phone.getByRole('heading', { level: 1 }).waitFor();
      await screenshot(phone, `phone-${colorScheme}-${name}`);
      const [needed, given] = await phone.evaluate('[document.documentElement.scrollWidth, innerWidth]').then((sizes) => sizes as number[]);
      expect(needed, name).toBeLessThanOrEqual(given ?? 0);
      expect(await phone.evaluate('document.documentElement.dataset.theme')).toBe(colorScheme);
    }
    expect(faults).toEqual([]);
    await phone.context().close();
  });

  it('speaks Chinese once told to, also after a reload', async () => {
    await visit('/containers');
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitemradio', { name: '简体中文' }).click();
    await page.getByRole('heading', { name: '容器' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '容器' }).waitFor();
    await page.getByRole('button', { name: '语言' }).click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Containers' }).waitFor();
  });

  it('is walked with the keyboard, the first stop being the way past the navigation', async () => {
    await visit('/containers');
    await page.getByRole('link', { name: 'worker' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('New container');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/containers\/new/);
  });

  it('sends who is not signed in to the sign-in page', async () => {
    const stranger = await newPage(browser);
    await visit('/containers', stranger);
    await stranger.waitForURL(/\/sign-in/);
    await stranger.getByLabel('Token').fill(await suite.server.token());
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await stranger.getByRole('heading', { name: 'Containers' }).waitFor();
    await stranger.context().close();
  });
});
