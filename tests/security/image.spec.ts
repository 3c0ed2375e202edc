import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateContainerInput } from '@keelson/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directory, entry, file, hardLink, symlink as link } from '../../packages/runtime-native/test/support/tar.js';
import { ApiFailure } from '../support/client.js';
import { pushVariant, type Variant } from '../support/images/variant.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite();
/** A directory of the host that nothing of a container may touch, at a path that an image can name. */
let canary: string;
let images = 0;

beforeAll(async () => {
  canary = await mkdtemp('/tmp/keelson-canary-');
  await writeFile(join(canary, 'bait'), 'untouched\n');
  await mkdir(join(canary, 'within'));
});
afterAll(() => rm(canary, { recursive: true, force: true }));

async function canaryState(): Promise<string> {
  const { mtimeMs, uid, mode } = await stat(canary);
  const names = (await readdir(canary, { recursive: true })).sort();
  return JSON.stringify([
    names,
    await readFile(join(canary, 'bait'), 'utf8'),
    mtimeMs,
    uid,
    mode,
    (await stat(join(canary, 'bait'))).mtimeMs,
  ]);
}

async function pulled(variant: Variant): Promise<string> {
  const image = await pushVariant(suite.registry.host, `image-${++images}`, variant);
  await suite.api.pulled(image);
  return image;
}

interface Outcome {
  readonly started: boolean;
  /** What the container wrote, or why it did not start. */
  readonly text: string;
}

/** Runs a script in an image made of busybox and a hostile layer; the canary must be as it was, whatever happened. */
async function attempt(variant: Variant, script: string, more: Partial<CreateContainerInput> = {}): Promise<Outcome> {
  const before = await canaryState();
  const outcome = await outcomeOf(variant, script, more);
  expect(await canaryState()).toBe(before);
  return outcome;
}

async function outcomeOf(variant: Variant, script: string, more: Partial<CreateContainerInput>): Promise<Outcome> {
  try {
    const image = await pulled({ base: 'busybox', ...variant });
    const { container } = await suite.api.run({ image, command: ['sh', '-c', `${script}`], ...more });
    return { started: true, text: (await suite.api.output(container.id)).trim() };
  } catch (error) {
    if (error instanceof Error && error.message.includes('content_invalid')) return { started: false, text: error.message };
    if (error instanceof ApiFailure && error.status < 500) return { started: false, text: error.message };
    if (error instanceof ApiFailure && error.code === 'runtime_failed') return { started: false, text: error.message };
    throw error;
  }
}

/** What a mask must hide and a wall must stop, as seen from inside. */
const WALLS = [
  'cat /proc/keys /proc/timer_list /proc/kallsyms /../proc/keys /../keys /keys 2>/dev/null | wc -c',
  'ls -A /sys/kernel /sys/firmware 2>/dev/null | grep -v : | grep -vc "^$"',
  'for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /../sysrq-trigger; do test -e $f && (: >> $f) 2>/dev/null && echo open; done; echo shut',
].join('; ');

describe('an image whose kernel directories are something else (1a 9, 1a 10)', () => {
  const places = ['proc', 'sys', 'dev', 'dev/shm', 'dev/pts', 'sys/fs', 'proc/sys'];
  const targets = () => ['/', '.', `${canary}/within`, '/proc/self/root', 'nowhere'];

  it.each(places)('/%s as a link to anywhere: refused, or every wall stands', async (place) => {
    for (const target of targets()) {
      const parent = place.includes('/') ? [directory(place.split('/')[0] ?? '')] : [];
      const { started, text } = await attempt({ entries: [file(`.wh.${place.split('/')[0]}`, ''), ...parent, link(place, target)] }, WALLS);
      if (started) expect(text, `${place} -> ${target}`).toBe('0\n0\nshut');
      else expect(text).toMatch(/link|directory|exist|loop/i);
    }
  });

  it.each(['proc', 'sys', 'dev'])(
    '/%s as a link to / with the host’s network, where no setting of ours has to be written',
    async (place) => {
      for (const target of ['/', '.', '/tmp']) {
        const { started, text } = await attempt({ entries: [file(`.wh.${place}`, ''), link(place, target)] }, WALLS, { network: 'host' });
        expect({ started, text }).toMatchObject({ started: false, text: expect.stringContaining('symbolic link') });
      }
    },
  );

  it.each(places)('/%s as a file: refused, or every wall stands', async (place) => {
    const parent = place.includes('/') ? [directory(place.split('/')[0] ?? '')] : [];
    const { started, text } = await attempt({ entries: [...parent, file(place, 'x')] }, WALLS);
    if (started) expect(text).toBe('0\n0\nshut');
  });

  it.each(['null', 'zero', 'console', 'tty', 'ptmx', 'urandom'])('/dev/%s of a layer is not the one that is used', async (name) => {
    for (const bait of [
      link(`dev/${name}`, `${canary}/bait`),
      file(`dev/${name}`, 'layer'),
      entry({ name: `dev/${name}`, type: '3', major: 1, minor: 1 }),
    ]) {
      const { text } = await attempt(
        { entries: [directory('dev'), bait] },
        `test -c /dev/${name} && echo node; echo x > /dev/null; ${WALLS}`,
      );
      expect(text).toMatch(name === 'console' ? /0\n0\nshut$/ : /^node\n0\n0\nshut$/);
    }
  });
});

describe('an image whose name files lead elsewhere (1a 8, 1a 15)', () => {
  const files = ['etc/resolv.conf', 'etc/hosts', 'etc/hostname', 'etc/passwd', 'etc/group'];
  it.each(files)('/%s as a link out: what is of the host stays as it is', async (name) => {
    for (const target of [
      `${canary}/bait`,
      `${canary}/new`,
      `../../../../../..${canary}/bait`,
      `/proc/1/root${canary}/bait`,
      `/proc/self/cwd${canary}/new`,
      '/dev/null',
    ]) {
      const { started, text } = await attempt({ entries: [link(name, target)] }, `cat /${name} 2>/dev/null | grep -c untouched; ${WALLS}`);
      if (started) expect(text, target).toBe('0\n0\n0\nshut');
    }
  });

  it('/etc itself as a link out: its files are not made there', async () => {
    const { started, text } = await attempt(
      { entries: [file('.wh.etc', ''), link('etc', canary)] },
      `cat ${canary}/bait 2>/dev/null; echo end`,
    );
    if (started) expect(text).toBe('end');
  });

  it.each([
    ['a pipe that nobody fills', entry({ name: 'etc/passwd', type: '6' })],
    ['a device', entry({ name: 'etc/passwd', type: '3', major: 1, minor: 5 })],
    ['a directory', directory('etc/passwd')],
    ['a link to itself', link('etc/passwd', 'passwd')],
  ])('1c 33: /etc/passwd as %s keeps nobody waiting', async (_what, bait) => {
    const { started, text } = await attempt({ entries: [file('etc/.wh.passwd', ''), bait], config: { User: 'nobody' } }, 'id');
    expect(started).toBe(false);
    expect(text).toContain('/etc/passwd');
  });
});

describe('a working directory that is not one (1a 2, 1a 15)', () => {
  const paths = () => ['/proc/self/fd/3', '/proc/self/fd/9', '/proc/1/root', '/proc/self/cwd', '/link', '/fd7', '../..', canary];
  it('of the image: refused, or within the container', async () => {
    for (const path of paths()) {
      const entries = [link('link', canary), link('fd7', '/proc/self/fd/7')];
      const { started, text } = await attempt(
        { entries, config: { WorkingDir: path } },
        'ls /proc/self/cwd/.. >/dev/null && cat bait ../bait 2>/dev/null; pwd -P',
      );
      if (started) expect(text, path).toMatch(/^\/[^\n]*$/);
    }
  });
});

describe('users of an image (1c 43)', () => {
  const users = [
    '4294967296',
    '4294967295',
    '2147483648',
    '65536',
    '-1',
    '0x0',
    '1000:99999999999',
    '1000:-1',
    '99999999999999999999',
    'root\n',
    'evil',
    ':',
    '::',
  ];
  it.each(users)('%j is an id of the container or refused, never root by mistake', async (user) => {
    const passwd = 'root:x:0:0::/root:/bin/sh\nevil:x:4294967296:0::/:/bin/sh\n1234:x:0:0::/:/bin/sh\nbig:x:-1:-1::/:/bin/sh\n';
    const { started, text } = await attempt({ entries: [file('etc/passwd', passwd)], config: { User: user } }, 'id -u');
    if (started) expect([':', '::']).toContain(user);
    else expect(text).toMatch(/invalid_input|user|group/);
  });

  it('a number is a number, also where a name looks like it', async () => {
    const { text } = await attempt({ entries: [file('etc/passwd', '1234:x:0:0::/:/bin/sh\n')], config: { User: '1234' } }, 'id -u');
    expect(text).toBe('1234');
  });
});

describe('what an image says about its process (1a 14, 1c 36, 1d 40, 1d 44)', () => {
  it('environment entries without a name or a value are dropped, and none is of the server', async () => {
    const { text } = await attempt(
      { config: { Env: ['HOME', '*', '=x', 'KEELSON_ROOT', 'PATH=/bin', 'A=1'] } },
      'env | cut -d= -f1 | sort | tr "\\n" " "',
    );
    expect(text).toBe('A HOME HOSTNAME PATH PWD SHLVL');
    const { text: root } = await attempt({ config: { Env: ['KEELSON_ROOT'] } }, 'echo "[$KEELSON_ROOT]"');
    expect(root).toBe('[]');
  });

  it('labels that other engines obey select nothing', async () => {
    const marker = join(canary, 'ran');
    const Labels = {
      'containerd.io/restart.loguri': `binary:///bin/touch?${marker}`,
      'io.kubernetes.cri.sandbox': '1',
      'com.docker.runtime': `/bin/touch ${marker}`,
    };
    const { started } = await attempt({ config: { Labels } }, 'true');
    expect(started).toBe(true);
  });

  it('a newline in a variable adds no line to a file of ours', async () => {
    const { text } = await attempt(
      { config: { Env: ['A=x\n127.0.0.1 evil', 'PATH=/bin'] } },
      'grep -c evil /etc/hosts /etc/hostname /etc/resolv.conf',
    );
    expect(text).toBe('/etc/hosts:0\n/etc/hostname:0\n/etc/resolv.conf:0');
  });
});

describe('layers that reach out (1a 6, 1d 42)', () => {
  it.each([
    ['a file through a link of the same layer', [link('out', '/tmp'), file('out/keelson-bait', 'x')]],
    ['a file by ..', [file('../../../../tmp/keelson-bait', 'x')]],
    ['a hard link to a file of the host', [hardLink('shadow', '/etc/shadow')]],
    ['a hard link through a link', [link('up', '../../..'), hardLink('shadow', 'up/etc/shadow')]],
    ['an absolute name', [file('/tmp/keelson-bait', 'x')]],
  ])('%s: nothing is outside, and nothing of the host inside', async (_what, entries) => {
    const before = await stat('/tmp/keelson-bait').catch(() => 'none');
    const { started, text } = await attempt({ entries }, 'cat /shadow 2>/dev/null | head -1');
    expect(await stat('/tmp/keelson-bait').catch(() => 'none')).toEqual(before);
    if (started) expect(text).toBe('');
  });

  it('a set-user-ID program of an image makes nobody root', async () => {
    const image = await pulled({ base: 'busybox', entries: [entry({ name: 'bin/su', mode: 0o4755 }, 'x')] });
    const { container } = await suite.api.run({ image, user: '1000', command: ['sh', '-c', 'grep NoNewPrivs /proc/self/status'] });
    expect((await suite.api.output(container.id)).trim()).toBe('NoNewPrivs:\t1');
  });
});

describe('links planted where the server writes (1c 37)', () => {
  it.each(['logs/000001.log', 'logs/000001.idx', 'exit.json'])('%s: a start does not follow it', async (name) => {
    const image = await pulled({ base: 'busybox' });
    const container = await suite.api.containers.create({ image, command: ['echo', 'hello'] });
    const place = join(suite.instance.root, 'containers', container.id, name);
    await mkdir(join(place, '..'), { recursive: true });
    await unlink(place).catch(() => undefined);
    const before = await canaryState();
    await symlink(join(canary, 'bait'), place);
    await suite.api.containers.start(container.id).then(
      () => suite.api.containers.wait(container.id),
      () => undefined,
    );
    expect(await canaryState()).toBe(before);
  });
});
