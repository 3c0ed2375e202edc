import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const start = (command: string[], more: object = {}) =>
  suite.api.containers.create({ image: suite.image('busybox'), command, start: true, ...more });
const visit = (id: string, view: string) => page.goto(`${suite.server.baseUrl}/containers/${id}/${view}`);

describe('terminals', () => {
  const screenOf = (at: number) => page.locator('.xterm-rows').nth(at);
  const shows = (at: number, text: string) => expect.poll(() => screenOf(at).textContent(), { timeout: 15_000 }).toContain(text);
  const open = async (kind: RegExp) => {
    await page.getByRole('button', { name: 'New terminal' }).click();
    const others = await page.locator('.xterm').count();
    await page.getByRole('menuitem', { name: kind }).click();
    // It takes the focus when its process is there.
    await expect.poll(() => page.locator('.xterm').nth(others).locator('textarea:focus').count()).toBe(1);
  };

  it('several live side by side, and each comes back after a reload with what it knows', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('debian'),
      command: ['bash'],
      tty: true,
      openStdin: true,
      start: true,
    });
    await visit(id, 'terminal');
    await page.locator('.xterm').first().click();
    await page.keyboard.type('WORD=first; echo said-$WORD\n');
    await shows(0, 'said-first');
    await open(/^Shell/);
    await shows(1, '#');
    await page.keyboard.type('WORD=second; echo said-$WORD\n');
    await shows(1, 'said-second');
    await open(/^Attach/);
    await page.keyboard.type('echo pid-$$\n');
    await shows(2, 'pid-1');
    await screenshot(page, 'terminals');

    await page.reload();
    await shows(2, 'pid-1');
    await page.getByRole('button', { name: '1 · Shell', exact: true }).click();
    await page.keyboard.type('echo still-$WORD\n');
    await shows(0, 'still-first');
  });

  it('the shell knows the size of its window, also after it changed', async () => {
    const { id } = await start(['sleep', '1000']);
    await visit(id, 'terminal');
    await page.locator('.xterm').first().click();
    const size = async () => {
      await page.keyboard.type('clear; stty size\n');
      await expect.poll(() => screenOf(0).textContent()).toMatch(/\d+ \d+/);
      return (
        /(\d+) (\d+)/
          .exec((await screenOf(0).textContent()) ?? '')
          ?.slice(1)
          .map(Number) ?? []
      );
    };
    const [, wide = 0] = await size();
    await page.setViewportSize({ width: 800, height: 900 });
    await expect.poll(async () => (await size())[1]).toBeLessThan(wide);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('an ended shell tells its exit code', async () => {
    const { id } = await start(['sleep', '1000']);
    await visit(id, 'terminal');
    await shows(0, '#');
    await page.locator('.xterm').first().click();
    await page.keyboard.type('exit 7\n');
    await page.getByText('ended with exit code 7').waitFor();
  });
});

describe('the log', () => {
  const lines = 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo "line $i"; done; echo "a complaint" >&2; sleep 1000';

  it('is searched in view, steps through the matches, and is saved whole', async () => {
    const { id } = await start(['sh', '-c', lines], { name: 'talker' });
    await visit(id, 'logs');
    await page.getByText('a complaint').waitFor();
    await page.getByRole('searchbox', { name: 'Search in this log' }).fill('line 29');
    await page.getByText('– of 11').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('1 of 11').waitFor();
    await page.keyboard.press('Shift+Enter');
    await page.getByText('11 of 11').waitFor();
    expect(await page.locator('mark[data-current]').textContent()).toBe('line 29');
    await screenshot(page, 'log-search');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
    expect(download.suggestedFilename()).toBe('talker.log');
    const saved = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    expect(saved).toHaveLength(301);
    expect(saved[0]).toMatch(/^\S+Z line 1$/);
  });

  it('shows one stream alone', async () => {
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Output shown').selectOption('stderr');
    expect((await page.getByRole('log').textContent())?.replace(/[\d:.]/g, '')).toBe('a complaint');
  });

  it('goes on with the next run after the container was started again', async () => {
    const { id } = await start(['sh', '-c', 'echo run-of-$(cat /proc/sys/kernel/random/uuid)']);
    await visit(id, 'logs');
    await page.getByText('ended with exit code 0').waitFor();
    expect(await page.getByText('run-of-').count()).toBe(1);
    await page.getByRole('button', { name: 'Start' }).click();
    await expect.poll(() => page.getByText('run-of-').count(), { timeout: 15_000 }).toBe(2);
  });
});

describe('the whole log', () => {
  let id: string;
  const log = () => page.getByRole('log');
  const status = () => page.getByRole('status').filter({ hasText: /lines/ }).textContent();
  const looksFor = (text: string) => page.getByRole('searchbox', { name: 'Search the whole log' }).fill(text);

  it('is searched on the server, also beyond what the view holds, for text and for expressions', async () => {
    const lines = 'i=0; while [ $i -lt 12000 ]; do i=$((i+1)); echo "number $i is here"; done; echo done-writing; sleep 1000';
    ({ id } = await start(['sh', '-c', lines], { name: 'chatter' }));
    await visit(id, 'logs');
    await page.getByText('done-writing').waitFor();
    await page.getByRole('button', { name: 'Whole log' }).click();
    await looksFor('NUMBER 77 ');
    await expect.poll(status, { timeout: 15_000 }).toBe('lines found: 1');
    expect(await log().locator('mark').textContent()).toBe('number 77 ');
    await looksFor('number 1*5 ');
    await expect.poll(status, { timeout: 15_000 }).toBe('lines found: 0');
    await page.getByRole('button', { name: 'Expression' }).click();
    await expect.poll(status, { timeout: 15_000 }).toBe('lines found: 5');
    expect(await log().locator('mark').allTextContents()).toEqual([
      'number 5 ',
      'number 15 ',
      'number 115 ',
      'number 1115 ',
      'number 11115 ',
    ]);
    await screenshot(page, 'log-whole');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
    expect((await readFile(await download.path(), 'utf8')).trimEnd().split('\n')).toHaveLength(5);
    await page.getByLabel('Time searched').selectOption('between');
    await page.getByTitle('From').fill('2000-01-01T00:00:00');
    await page.getByTitle('Up to').fill('2000-01-02T00:00:00');
    await expect.poll(status, { timeout: 15_000 }).toBe('lines found: 0');
    await looksFor('(');
    await page.getByRole('alert').getByText('Something is not filled in as it should be').waitFor();
  });

  it('is cleared, and goes on with what is written later', async () => {
    await page.getByRole('button', { name: 'Whole log' }).click();
    await page.getByText('done-writing').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Waiting for output…').waitFor();
    await suite.api.containers.exec(id, { command: ['sh', '-c', 'echo afterwards > /proc/1/fd/1'] });
    await page.getByText('afterwards').waitFor();
  });
});

describe('the other views', () => {
  it('metrics are drawn with their limits, from the start on', async () => {
    const { id } = await start(['sh', '-c', 'while true; do :; done'], { resources: { memoryBytes: 64 * 1024 ** 2, cpus: 0.2 } });
    await visit(id, 'metrics');
    await page.getByRole('img', { name: 'CPU' }).locator('canvas').waitFor();
    await page.getByText('limit 64 MiB').waitFor();
    await expect.poll(() => page.getByText(/held back for/).count(), { timeout: 15_000 }).toBe(1);
    await screenshot(page, 'metrics');
    await page.getByText('6 hours').click();
    // The first sample of ten seconds.
    await page.getByRole('img', { name: 'CPU' }).locator('canvas').waitFor({ timeout: 30_000 });
    await page.getByText('working set').waitFor();
  });

  it('inspect shows what the API says', async () => {
    const { id } = await start(['sleep', '1000'], { env: { GREETING: 'hello world' } });
    const { pid } = await suite.api.containers.inspect(id);
    await visit(id, 'inspect');
    await page.getByText('GREETING=hello world', { exact: true }).waitFor();
    await page.getByText(String(pid), { exact: true }).waitFor();
  });

  it('inspect shows mounts, limits and confinement', async () => {
    const { id } = await start(['sleep', '1000'], {
      mounts: [{ type: 'tmpfs', target: '/scratch', sizeBytes: 1024 ** 2, readOnly: true }],
      resources: { ulimits: [{ name: 'nofile', soft: 1000, hard: 2000 }] },
      readonlyRootfs: true,
      security: { dropCapabilities: ['CHOWN'] },
    });
    await visit(id, 'inspect');
    const section = (title: string) => page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
    await section('Mounts').getByText('/scratch').waitFor();
    expect(await section('Mounts').textContent()).toMatch(/memory \(tmpfs\) 1 MiB.*read-only, no programs, 1777/);
    expect(await section('Limits').textContent()).toContain('nofile: 1,000 / 2,000');
    expect(await section('Confinement').textContent()).toMatch(/read-only.*CHOWN/);
  });

  it('a health check is seen in the list, and its last probes with what they wrote', async () => {
    const { id } = await start(['sleep', '1000'], {
      name: 'patient',
      healthcheck: { command: ['sh', '-c', 'echo the-$((20 + 1))st-word; test -e /tmp/well'], intervalSeconds: 0.2, retries: 1 },
    });
    await page.goto(`${suite.server.baseUrl}/containers`);
    const row = page.getByRole('row').filter({ hasText: 'patient' });
    await row.getByText('unhealthy').locator('visible=true').waitFor();
    await visit(id, 'life');
    await page.getByText('failed with exit code 1').first().waitFor();
    await page.getByText('the-21st-word').first().waitFor();
    await screenshot(page, 'health');
    await suite.api.containers.exec(id, { command: ['touch', '/tmp/well'] });
    await page.getByText('passed').first().waitFor();
    await page.getByText('healthy', { exact: true }).first().waitFor();
  });
});

describe('the exits', () => {
  it('an exit is told with its cause, what was used up and the last lines, and stays when later ones come', async () => {
    const { id } = await start(['sh', '-c', 'echo "a last word"; x=a; while true; do x=$x$x$x; done'], {
      resources: { memoryBytes: 16 * 1024 ** 2, memorySwapBytes: 16 * 1024 ** 2 },
    });
    await visit(id, 'logs');
    await page.getByRole('link', { name: 'What is known of it' }).click();
    const exits = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Exits', exact: true }) });
    await exits.getByText('Out of memory', { exact: true }).waitFor();
    expect(await exits.textContent()).toMatch(/killed by the kernel: memory 16 MiB of 16 MiB.*exit code137.*SIGKILL/i);
    await exits.getByText('a last word').waitFor();
    await screenshot(page, 'exit');
    await suite.api.containers.start(id);
    await exits.getByText('Earlier exits').waitFor();
    await exits.locator('summary').first().click();
    await exits.getByText('a last word').last().waitFor();
  });
});

describe('the actions', () => {
  it('a kill that comes too late is refused with its reason, and the state follows what happens elsewhere', async () => {
    const { id } = await start(['sleep', '1000'], { name: 'mayfly' });
    await visit(id, 'logs');
    await page.getByRole('button', { name: 'Actions for mayfly' }).click();
    await page.getByRole('menuitem', { name: 'Kill' }).click();
    await suite.api.containers.kill(id);
    await page.getByText('exit code 137').first().waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Kill' }).click();
    await page.getByRole('dialog').getByText('Not possible in this state').waitFor();
    expect(
      await page
        .getByRole('dialog')
        .getByText(/mayfly.*not running/)
        .count(),
    ).toBe(1);
    await screenshot(page, 'kill-refused');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('a removed container leaves the list and its page', async () => {
    await page.getByRole('button', { name: 'Actions for mayfly' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.waitForURL(/\/containers$/);
    expect(await page.getByRole('link', { name: 'mayfly' }).count()).toBe(0);
  });
});
