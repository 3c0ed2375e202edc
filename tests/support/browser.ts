import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CACHE } from './paths.js';

const INSTALLED = '/usr/bin/chromium';
/** The package asks for it to fit into a function's memory; with it the pages of a second context hang. */
const SINGLE_PROCESS = '--single-process';
// A container or VM often has a tiny /dev/shm, and root cannot use Chromium's own sandbox.
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];

/** Chromium of the host where there is one, else the one inside an npm package, unpacked into the checkout's cache. */
export async function startBrowser(): Promise<Browser> {
  if (existsSync(INSTALLED)) return chromium.launch({ executablePath: INSTALLED, args: ARGS });
  const unpacked = join(CACHE, 'chromium');
  await mkdir(unpacked, { recursive: true });
  const inherited = process.env['TMPDIR'];
  // The package unpacks to os.tmpdir()/chromium, a path that anybody could have prepared for root to run.
  process.env['TMPDIR'] = unpacked;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    return await chromium.launch({ executablePath, args: [...packaged.args.filter((arg) => arg !== SINGLE_PROCESS), ...ARGS] });
  } finally {
    if (inherited === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = inherited;
  }
}

/** A page whose language does not depend on the host's: LANG=C.UTF-8 would end up as an invalid tag. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  return context.newPage();
}

/** The list of containers as the administrator sees it. */
export async function signedInPage(browser: Browser, signInLink: string): Promise<Page> {
  const page = await newPage(browser, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(15_000);
  await page.goto(signInLink);
  await page.getByRole('navigation').getByRole('link', { name: 'Containers' }).waitFor();
  return page;
}

/** Saved below .cache/screenshots, to be looked at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const directory = join(CACHE, 'screenshots');
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
}
