import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { LayerError } from '../../lib/unpack.js';
import { LayerBench } from '../support/layer-bench.js';
import { archive, directory, END, entry, file, gnuLong, hardLink, header, number, pax, paxRecord, symlink } from '../support/tar.js';

const UP = '../../../../../../../../../..';

/** Archives that are refused, and the stage that refuses them. `build` gets the absolute path of the bait. */
type Case = [title: string, stage: string, build: (canary: string) => Buffer];

const refused: Case[] = [
  ['a name that climbs', 'layer.name', () => archive(file('../canary/secret'))],
  ['a name that climbs out of a directory of its own', 'layer.name', () => archive(directory('a'), file('a/../../canary/secret'))],
  ['a name that ends with ".."', 'layer.name', () => archive(directory('a/..'))],
  ['an absolute name that climbs', 'layer.name', (c) => archive(file(`${c}/../canary/secret`))],
  ['a pax path that climbs', 'layer.name', () => archive(pax([['path', '../canary/secret']]), file('good'))],
  ['a GNU long name that climbs', 'layer.name', () => archive(gnuLong('L', '../canary/secret'), file('good'))],
  ['a ustar prefix that climbs', 'layer.name', () => archive(file('secret', 'x', { prefix: '../canary' }))],
  [
    'a GNU.sparse.name that climbs',
    'layer.name',
    () =>
      archive(
        pax([
          ['GNU.sparse.size', '0'],
          ['GNU.sparse.map', ''],
          ['GNU.sparse.name', '../canary/secret'],
        ]),
        file('good', ''),
      ),
  ],
  [
    'a climbing path behind a good one in the same pax header',
    'layer.name',
    () =>
      archive(
        pax([
          ['path', 'good'],
          ['path', '../canary/secret'],
        ]),
        file('good'),
      ),
  ],
  ['a pax path with a zero byte', 'layer.name', () => archive(pax([['path', 'a\0b']]), file('a'))],
  ['a GNU long name with a hidden second name', 'layer.name', () => archive(gnuLong('L', 'a\0../b'), file('a'))],
  ['an empty name', 'layer.name', () => archive(file(''))],
  ['a name of 5 KiB', 'layer.name', () => archive(gnuLong('L', 'a/'.repeat(2_560)), file('a'))],
  ['a component of 256 bytes', 'layer.name', () => archive(pax([['path', 'a'.repeat(256)]]), file('a'))],
  ['a root that is a file', 'layer.name', () => archive(file('.', 'x'))],
  ['a root that is a symbolic link', 'layer.name', () => archive(symlink('.', '/etc'))],
  ['a root that is a hard link', 'layer.name', () => archive(hardLink('/', 'a'))],

  ['a hard link to a host file by absolute name', 'layer.link', (c) => archive(hardLink('a', `${c}/secret`))],
  ['a hard link that climbs', 'layer.link', () => archive(hardLink('a', '../canary/secret'))],
  ['a hard link that climbs by pax linkpath', 'layer.link', () => archive(pax([['linkpath', '../canary/secret']]), hardLink('a', 'b'))],
  ['a hard link that climbs by GNU long link', 'layer.link', () => archive(gnuLong('K', '../canary/secret'), hardLink('a', 'b'))],
  ['a hard link through a symbolic link to the host', 'layer.link', (c) => archive(symlink('out', c), hardLink('a', 'out/secret'))],
  [
    'a hard link through a chain of links upwards',
    'layer.link',
    () => archive(directory('a/b'), symlink('a/b/up', '../..'), symlink('a/b/up2', 'up/..'), hardLink('x', 'a/b/up2/canary/secret')),
  ],
  ['a hard link to nothing', 'layer.link', () => archive(hardLink('a', 'missing'))],
  ['a hard link to a directory', 'layer.link', () => archive(directory('d'), hardLink('a', 'd'))],
  ['a hard link to the root', 'layer.link', () => archive(hardLink('a', '/'))],
  ['a hard link without a target', 'layer.link', () => archive(hardLink('a', ''))],
  ['a hard link target with a zero byte', 'layer.link', () => archive(pax([['linkpath', 'a\0b']]), hardLink('x', 'a'))],
  ['a hard link to /proc/self/fd', 'layer.link', () => archive(hardLink('a', '/proc/self/fd/0'))],
  ['a symbolic link with an empty target', 'layer.symlink', () => archive(symlink('a', ''))],
  ['a symbolic link with a zero byte in its target', 'layer.symlink', () => archive(pax([['linkpath', 'a\0b']]), symlink('x', 'a'))],
  ['a symbolic link of 5 KiB', 'layer.symlink', () => archive(gnuLong('K', 'a'.repeat(5_000)), symlink('x', 'a'))],

  ['a file through a dangling absolute link', 'layer.parent', (c) => archive(symlink('out', c), file('out/secret', 'stolen'))],
  ['a file through a link to /proc', 'layer.parent', () => archive(symlink('p', '/proc/self/cwd'), file('p/x'))],
  ['a file through a link loop', 'layer.parent', () => archive(symlink('a', 'b'), symlink('b', 'a'), file('a/x'))],
  ['a file below a file', 'layer.parent', () => archive(file('a'), file('a/b'))],
  ['a file below a device', 'layer.parent', () => archive(entry({ name: 'n', type: '3', major: 1, minor: 3 }), file('n/b'))],

  ['a whiteout of ".."', 'layer.whiteout', () => archive(file('a/.wh...', ''))],
  ['a whiteout of "."', 'layer.whiteout', () => archive(file('a/.wh..', ''))],
  ['a whiteout of nothing', 'layer.whiteout', () => archive(file('.wh.', ''))],
  ['a whiteout as a directory', 'layer.whiteout', () => archive(file('.wh.a/b', ''))],

  ['a uid of 65536', 'layer.owner', () => archive(file('a', '', { uid: 65_536 }))],
  ['a gid of 65536', 'layer.owner', () => archive(file('a', '', { gid: 65_536 }))],
  ['a negative uid in base 256', 'layer.owner', () => archive(file('a', '', { uid: number(-1, 8) }))],
  ['a uid of 2^32 by pax', 'layer.owner', () => archive(pax([['uid', '4294967296']]), file('a'))],
  ['a uid of -1 by pax', 'layer.owner', () => archive(pax([['uid', '-1']]), file('a'))],
  ['a uid that is no number', 'layer.pax', () => archive(pax([['uid', '0x0']]), file('a'))],
  ['a uid over 64 bits', 'layer.pax', () => archive(pax([['gid', '18446744073709551616']]), file('a'))],

  ['a wrong checksum', 'layer.header', () => archive(entry({ name: 'a', checksum: 1 }))],
  [
    'a checksum that is text',
    'layer.header',
    () => {
      const bad = file('a');
      bad.write('zzzzzz\0 ', 148);
      return archive(bad);
    },
  ],
  ['an unknown type', 'layer.header', () => archive(entry({ name: 'a', type: 'Z' }))],
  ['a multi-volume continuation', 'layer.header', () => archive(entry({ name: 'a', type: 'M', format: 'gnu' }))],
  ['a negative size', 'layer.header', () => archive(header({ name: 'a', size: number(-1, 12) }))],
  ['a size over 63 bits', 'layer.header', () => archive(header({ name: 'a', size: Buffer.alloc(12, 0xbf) }))],
  ['a size that is text', 'layer.header', () => archive(header({ name: 'a', size: Buffer.from('12x') }))],
  ['bytes behind the end mark', 'layer.header', () => Buffer.concat([archive(file('a')), file('b')])],
  ['an entry behind a single zero block', 'layer.header', () => Buffer.concat([file('a'), Buffer.alloc(512), file('b'), END])],
  ['noise', 'layer.header', () => Buffer.alloc(4_096, 'keelson')],
  ['nothing', 'layer.read', () => Buffer.alloc(0)],
  ['half a header', 'layer.read', () => file('a').subarray(0, 300)],
  ['half of the data', 'layer.read', () => header({ name: 'a', size: 4_096 })],
  ['a long name without an entry', 'layer.read', () => gnuLong('L', 'a')],
  ['an extension header of 2 MiB', 'layer.header', () => header({ name: 'x', type: 'x', size: 2 * 1_048_576 })],
  ['100 extension headers in a row', 'layer.header', () => archive(...Array<Buffer>(100).fill(gnuLong('L', 'a')), file('a'))],

  ['a pax record longer than its header', 'layer.pax', () => archive(entry({ name: 'x', type: 'x' }, '99 path=a\n'), file('a'))],
  ['a pax record of length 0', 'layer.pax', () => archive(entry({ name: 'x', type: 'x' }, '0 path=a\n'), file('a'))],
  ['a pax record with a negative length', 'layer.pax', () => archive(entry({ name: 'x', type: 'x' }, '-9 path=a\n'), file('a'))],
  ['a pax record without "="', 'layer.pax', () => archive(entry({ name: 'x', type: 'x' }, '8 pathx\n'), file('a'))],
  [
    'a pax record without a newline',
    'layer.pax',
    () => archive(entry({ name: 'x', type: 'x' }, paxRecord('path', 'a').toString().replace('\n', 'x')), file('a')),
  ],
  ['a pax record without a space', 'layer.pax', () => archive(entry({ name: 'x', type: 'x' }, '999999999999999999999'), file('a'))],
  ['a global header that names every entry', 'layer.pax', () => archive(pax([['path', 'a']], 'g'), file('b'))],
  ['a global header that sizes every entry', 'layer.pax', () => archive(pax([['size', '0']], 'g'), file('b'))],
  ['a pax time that is text', 'layer.pax', () => archive(pax([['mtime', '1.2.3']]), file('a'))],

  [
    'sparse segments that overlap',
    'layer.sparse',
    () =>
      archive(
        pax([
          ['GNU.sparse.size', '100'],
          ['GNU.sparse.map', '0,3,2,1'],
        ]),
        file('a'),
      ),
  ],
  [
    'a sparse segment behind the end',
    'layer.sparse',
    () =>
      archive(
        pax([
          ['GNU.sparse.size', '10'],
          ['GNU.sparse.map', '8,4'],
        ]),
        file('a'),
      ),
  ],
  [
    'a sparse map that does not fit the data',
    'layer.sparse',
    () =>
      archive(
        pax([
          ['GNU.sparse.size', '100'],
          ['GNU.sparse.map', '0,2'],
        ]),
        file('a'),
      ),
  ],
  [
    'a sparse segment that overflows',
    'layer.sparse',
    () =>
      archive(
        pax([
          ['GNU.sparse.size', '100'],
          ['GNU.sparse.map', '9223372036854775807,9223372036854775807'],
        ]),
        file('a'),
      ),
  ],
  [
    'a sparse map with a million segments',
    'layer.sparse',
    () =>
      archive(
        pax([
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.realsize', '9'],
        ]),
        file('a', '1000000\n'),
      ),
  ],
  [
    'a sparse map that is cut off',
    'layer.sparse',
    () =>
      archive(
        pax([
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.realsize', '9'],
        ]),
        file('a', '2\n0\n'),
      ),
  ],
  ['a sparse file without a size', 'layer.sparse', () => archive(pax([['GNU.sparse.map', '0,4']]), file('a'))],

  ['a file larger than the limit', 'layer.limit', () => header({ name: 'a', size: 65 * 1_048_576 })],
  [
    'a sparse file larger than the limit',
    'layer.limit',
    () =>
      archive(
        pax([
          ['GNU.sparse.size', '9000000000000'],
          ['GNU.sparse.map', '0,4'],
        ]),
        file('a'),
      ),
  ],
  ['a name of 300 levels', 'layer.limit', () => archive(pax([['path', 'a/'.repeat(300)]]), directory('a'))],
  [
    'levels hidden behind links',
    'layer.limit',
    () => {
      const deep = (first: string): string => `${first}/${'d/'.repeat(199)}`;
      return archive(
        pax([['path', deep('a')]]),
        directory('x'),
        pax([['linkpath', deep('a')]]),
        symlink('l', 'x'),
        pax([['path', `${deep('l')}f`]]),
        file('x'),
      );
    },
  ],
  [
    'a device number of 2^40',
    'layer.device',
    () => archive(entry({ name: 'n', type: '3', patch: (b) => number(2 ** 40, 8).copy(b, 329) })),
  ],
  ['attributes of 65 KiB', 'layer.xattr', () => archive(pax([['SCHILY.xattr.user.a', 'x'.repeat(66_560)]]), file('a'))],
  ['a malformed file capability', 'layer.xattr', () => archive(pax([['SCHILY.xattr.security.capability', 'bogus']]), file('a'))],
];

describe('a hostile layer is refused, and nothing around it changes', () => {
  test.each(refused)('%s', async (_title, stage, build) => {
    using bench = new LayerBench();
    const error: unknown = await bench.unpack(build(bench.canary)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LayerError);
    expect(error instanceof LayerError ? error.failure.stage : '').toBe(stage);
    expect(bench.untouched()).toBe(true);
  });

  test('there are at least sixty patterns', () => {
    expect(refused.length).toBeGreaterThanOrEqual(60);
  });
});

/** Archives that are strange but harmless: confined, they mean something inside the root. */
const confined: [title: string, build: (canary: string) => Buffer, names: string[]][] = [
  ['an absolute name lies below the root', () => archive(file('/etc/passwd')), ['etc', 'etc/passwd']],
  ['a symbolic link to the host is only text', (c) => archive(symlink('a', `${c}/secret`)), ['a']],
  ['a file over a symbolic link replaces the link', (c) => archive(symlink('a', `${c}/secret`), file('a', 'stolen')), ['a']],
  [
    'a directory over a symbolic link replaces the link',
    (c) => archive(symlink('a', c), directory('a'), file('a/secret')),
    ['a', 'a/secret'],
  ],
  [
    'an absolute link leads to a directory of the layer',
    () => archive(directory('run'), directory('var'), symlink('var/run', '/run'), file('var/run/x')),
    ['run', 'run/x', 'var', 'var/run'],
  ],
  ['".." in a link stops at the root', () => archive(directory('a'), symlink('a/up', UP), file('a/up/x')), ['a', 'a/up', 'x']],
  [
    'a hard link to a symbolic link links the link',
    (c) => archive(symlink('a', `${c}/secret`), hardLink('b', 'a'), file('b', 'stolen')),
    ['a', 'b'],
  ],
  ['a hard link to itself stays', () => archive(file('a'), hardLink('a', 'a')), ['a']],
  ['a file takes the place of a tree', () => archive(file('a/b/c/d'), file('a')), ['a']],
  ['a directory takes the place of a file', () => archive(file('a'), directory('a'), file('a/b')), ['a', 'a/b']],
  ['the later of two files wins', () => archive(file('a', 'one'), file('a', 'data')), ['a']],
  ['names that differ in case are two', () => archive(file('a'), file('A')), ['A', 'a']],
  ['names need not be text', () => archive(file(Buffer.from([0x61, 0x0a, 0x1b]))), ['a\n\x1b']],
  ['a link with a size has no data', () => archive(symlink('s', 'q', { size: 1_000 }), file('y')), ['s', 'y']],
  ['aufs bookkeeping is left out', () => archive(directory('.wh..wh.plnk'), file('.wh..wh.plnk/1.2'), file('.wh..wh.aufs', '')), []],
];

describe('a strange layer stays inside its root', () => {
  test.each(confined)('%s', async (_title, build, names) => {
    using bench = new LayerBench();
    await bench.unpack(build(bench.canary));
    expect(bench.names()).toEqual(names);
    expect(bench.untouched()).toBe(true);
  });

  test('a file that replaces a link has its own content and not that of the target', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(symlink('a', `${bench.canary}/secret`), file('a', 'mine')));
    expect(readFileSync(bench.path('a'), 'utf8')).toBe('mine');
  });

  test('trusted, overlay and security attributes of an archive are not set', async () => {
    using bench = new LayerBench();
    const records = ['trusted.overlay.opaque', 'trusted.overlay.redirect', 'user.overlay.opaque', 'security.selinux', 'system.bogus'];
    await bench.unpack(archive(pax(records.map((key) => [`SCHILY.xattr.${key}`, 'y'])), directory('d')));
    expect(bench.names()).toEqual(['d']);
    expect(bench.attributes('d')).toEqual([]);
  });

  test('the entry over the limit is named', async () => {
    using bench = new LayerBench();
    const tar = archive(...Array.from({ length: 300 }, (_, i) => file(`f${String(i)}`, '')));
    await expect(bench.unpack(tar, { entries: 299 })).rejects.toMatchObject({
      code: 'LAYER_TOO_LARGE',
      message: '"f299": layer has more than its limit of 299 entries',
    });
  });

  test('directories made for a name count as entries', async () => {
    using bench = new LayerBench();
    await expect(bench.unpack(archive(file('a/b/c/d/e')), { entries: 4 })).rejects.toMatchObject({ code: 'LAYER_TOO_LARGE' });
  });
});
