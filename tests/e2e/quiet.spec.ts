import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInPage, startBrowser } from '../support/browser.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  page = await signedInPage(browser, suite.server.signInLink);
  await suite.api.containers.create({ start: true, name: 'one', image: suite.image('busybox'), command: ['sleep', '600'] });
});
afterAll(() => browser?.close());

// Next asks for parts of pages that links lead to; where an answer is not the part it asked for, it asks again without end.
it.each(['/containers', '/images', '/containers/new', '/containers/one/logs', '/system'])(
  '%s asks for every file a few times at most',
  async (path) => {
    const asked = new Map<string, number>();
    page.on('request', (request) => {
      const name = `${request.method()} ${request.url().replace(/\?.*/, '')}`;
      asked.set(name, (asked.get(name) ?? 0) + 1);
    });
    await page.goto(suite.server.baseUrl + path);
    await page.getByRole('navigation').getByRole('link', { name: 'Containers' }).waitFor();
    await delay(1_500);
    page.removeAllListeners('request');
    expect(asked.size).toBeGreaterThan(5);
    expect([...asked].filter(([, times]) => times > 4)).toEqual([]);
  },
);
