import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPage, startBrowser } from './browser.js';
import { freePort } from './ports.js';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

it('a real browser runs a page from the loopback, in English', async () => {
  const port = await freePort();
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<button onclick="this.textContent = new Intl.NumberFormat().format(1234.5)">Count</button>');
  }).listen(port, '127.0.0.1');
  const page = await newPage(browser);
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.getByRole('button', { name: 'Count' }).click();
  expect(await page.getByRole('button').textContent()).toBe('1,234.5');
  await page.context().close();
  server.close();
});
