import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { unpackLayer } from '../../lib/unpack.js';
import { LayerBench, UID_BASE } from '../support/layer-bench.js';
import { archive, directory, END, entry, file, gnuLong, hardLink, number, pax, symlink } from '../support/tar.js';

const OPAQUE = 'trusted.overlay.opaque 79';

/** struct vfs_cap_data of linux/capability.h, revision 2: cap_net_raw=ep. */
const NET_RAW_V2 = Buffer.from('0100000200200000000000000000000000000000', 'hex');

describe('entries', () => {
  test('a file has its content, mode, shifted owner and time', async () => {
    using bench = new LayerBench();
    const told = await bench.unpack(archive(file('a/b', 'hello', { mode: 0o640, uid: 12, gid: 65_535, mtime: 1_234_567_890 })));
    const about = lstatSync(bench.path('a/b'));
    expect(readFileSync(bench.path('a/b'), 'utf8')).toBe('hello');
    expect([about.mode & 0o7777, about.uid, about.gid, about.mtimeMs]).toEqual([
      0o640,
      UID_BASE + 12,
      UID_BASE + 65_535,
      1_234_567_890_000,
    ]);
    expect(told).toEqual({ bytes: 5, entries: 2 });
  });

  test('directories made for a name belong to root and are 0755', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(file('a/b/c', '', { uid: 5 })));
    const about = lstatSync(bench.path('a/b'));
    expect([about.mode & 0o7777, about.uid]).toEqual([0o755, UID_BASE]);
  });

  test.each(['4755', '2755', '6711', '1777'])('mode %s survives the change of owner', async (octal) => {
    const mode = Number.parseInt(octal, 8);
    using bench = new LayerBench();
    await bench.unpack(archive(file('f', 'x', { mode, uid: 7, gid: 8 }), directory('d', { mode, uid: 7, gid: 8 })));
    expect([lstatSync(bench.path('f')).mode & 0o7777, lstatSync(bench.path('d')).mode & 0o7777]).toEqual([mode, mode]);
  });

  test('files are written into directories that nobody may write', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(directory('d', { mode: 0, uid: 9 }), file('d/f', 'x', { mode: 0 })));
    expect(readFileSync(bench.path('d/f'), 'utf8')).toBe('x');
  });

  test('nanoseconds are kept, before 1970 as well, on files, links and directories', async () => {
    using bench = new LayerBench();
    const at = (text: string): Buffer => pax([['mtime', text]]);
    await bench.unpack(
      archive(
        at('1700000000.123456789'),
        directory('d'),
        at('-1.5'),
        file('d/f'),
        at('1500000000.5'),
        symlink('d/l', 'f'),
        at('99.000000001'),
        file('d/g'),
      ),
    );
    const time = (name: string): bigint => lstatSync(bench.path(name), { bigint: true }).mtimeNs;
    expect([time('d'), time('d/f'), time('d/l'), time('d/g')]).toEqual([
      1_700_000_000_123_456_789n,
      -1_500_000_000n,
      1_500_000_000_500_000_000n,
      99_000_000_001n,
    ]);
  });

  test('the root of the layer takes the attributes of its entry', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(directory('./', { mode: 0o711, mtime: 1_000 }), file('./f')));
    const about = lstatSync(bench.destination);
    expect([about.mode & 0o7777, about.mtimeMs, about.uid]).toEqual([0o711, 1_000_000, UID_BASE]);
  });

  test('hard links share an inode, and a symbolic link keeps its text', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(directory('a'), file('a/f', 'x'), hardLink('g', './a/f'), symlink('l', '../../anywhere', { uid: 3 })));
    expect(lstatSync(bench.path('g')).ino).toBe(lstatSync(bench.path('a/f')).ino);
    expect(readlinkSync(bench.path('l'))).toBe('../../anywhere');
    expect(lstatSync(bench.path('l')).uid).toBe(UID_BASE + 3);
  });

  test('device nodes, which only the helper may make, have their number, mode and owner', async () => {
    using bench = new LayerBench();
    await bench.unpack(
      archive(
        entry({ name: 'dev/null', type: '3', major: 1, minor: 3, mode: 0o666, uid: 1, gid: 2 }),
        entry({ name: 'dev/sda', type: '4', major: 8, minor: 0, mode: 0o4660 }),
        entry({ name: 'fifo', type: '6', mode: 0o2620, gid: 5 }),
      ),
    );
    const [node, disk, fifo] = ['dev/null', 'dev/sda', 'fifo'].map((name) => lstatSync(bench.path(name)));
    expect([node?.isCharacterDevice(), node?.rdev, node?.mode, node?.uid, node?.gid]).toEqual([
      true,
      0x103,
      0o20666,
      UID_BASE + 1,
      UID_BASE + 2,
    ]);
    expect([disk?.isBlockDevice(), disk?.rdev, disk?.mode]).toEqual([true, 0x800, 0o64660]);
    expect([fifo?.isFIFO(), fifo?.mode, fifo?.gid]).toEqual([true, 0o12620, UID_BASE + 5]);
  });

  test('attributes and file capabilities are kept, the latter for the root of the layer only', async () => {
    using bench = new LayerBench();
    const records: [string, string | Buffer][] = [
      ['SCHILY.xattr.user.note', 'a=b\nc'],
      ['SCHILY.xattr.security.capability', NET_RAW_V2],
    ];
    await bench.unpack(archive(pax(records), file('f', 'x', { mode: 0o755, uid: 4 })));
    const root = Buffer.alloc(4);
    root.writeUInt32LE(UID_BASE);
    const revision3 = `01000003${NET_RAW_V2.subarray(4).toString('hex')}${root.toString('hex')}`;
    expect(bench.attributes('f')).toEqual([`security.capability ${revision3}`, `user.note ${Buffer.from('a=b\nc').toString('hex')}`]);
  });
});

describe('formats', () => {
  const long = `${'directory/'.repeat(30)}file`;

  test.each([
    ['GNU long names', archive(gnuLong('L', long), file('short', 'x', { format: 'gnu' }))],
    ['pax paths', archive(pax([['path', long]]), file('short', 'x'))],
    ['v7 without a magic', archive(file(`${'directory/'.repeat(9)}file`, 'x', { format: 'v7' }))],
    ['a ustar prefix', archive(file('file', 'x', { prefix: 'directory/'.repeat(12).slice(0, -1) }))],
  ])('%s', async (_title, tar) => {
    using bench = new LayerBench();
    await bench.unpack(tar);
    expect(bench.names().at(-1)).toMatch(/^(directory\/)+file$/);
  });

  test('a v7 name with a slash at the end is a directory', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(entry({ name: 'd/', type: '\0', format: 'v7', mode: 0o750 })));
    expect(lstatSync(bench.path('d')).isDirectory()).toBe(true);
  });

  test('numbers in base 256', async () => {
    using bench = new LayerBench();
    const wide = (value: number, width: number): Buffer => {
      const field = number(-1, width).fill(0);
      field[0] = 0x80;
      field.writeUInt32BE(value, width - 4);
      return field;
    };
    await bench.unpack(archive(file('f', 'abc', { uid: wide(33, 8), size: wide(3, 12), mtime: number(-2, 12), format: 'gnu' })));
    const about = lstatSync(bench.path('f'));
    expect([about.uid, about.size, about.mtimeMs]).toEqual([UID_BASE + 33, 3, -2_000]);
  });

  test('a global header gives defaults, which an own header overrides', async () => {
    using bench = new LayerBench();
    await bench.unpack(
      archive(
        pax(
          [
            ['uid', '20'],
            ['comment', 'x'],
          ],
          'g',
        ),
        file('a'),
        pax([['uid', '21']]),
        file('b'),
        file('c'),
      ),
    );
    expect(['a', 'b', 'c'].map((name) => lstatSync(bench.path(name)).uid - UID_BASE)).toEqual([20, 21, 20]);
  });

  test('an archive may end without an end mark, with half of one, or with padding', async () => {
    for (const tail of [Buffer.alloc(0), END.subarray(512), Buffer.alloc(10_240)]) {
      using bench = new LayerBench();
      expect(await bench.unpack(Buffer.concat([file('f'), tail]))).toEqual({ bytes: 4, entries: 1 });
    }
  });

  test('a pax size of more than 8 GiB is believed, and then refused by the limit', async () => {
    using bench = new LayerBench();
    await expect(bench.unpack(archive(pax([['size', '9999999999999']]), file('f')))).rejects.toMatchObject({
      code: 'LAYER_TOO_LARGE',
      message: '"f": layer is larger than its limit of 67108864 bytes',
    });
  });
});

describe('whiteouts', () => {
  test('a whiteout is a character device 0:0', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(file('d/.wh.gone', '')));
    const about = lstatSync(bench.path('d/gone'));
    expect([bench.names(), about.isCharacterDevice(), about.rdev]).toEqual([['d', 'd/gone'], true, 0]);
  });

  test('an opaque marker hides what is below its directory', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(directory('d'), file('d/.wh..wh..opq', ''), file('d/f')));
    expect([bench.names(), bench.attributes('d')]).toEqual([['d', 'd/f'], [OPAQUE]]);
  });

  test.each([
    ['before it', [file('.wh.d', ''), directory('d'), file('d/f')]],
    ['before a file in it', [file('.wh.d', ''), file('d/f')]],
    ['behind it', [directory('d'), file('.wh.d', ''), file('d/f')]],
  ])('a directory with a whiteout %s is opaque', async (_title, parts) => {
    using bench = new LayerBench();
    await bench.unpack(archive(...parts));
    expect([bench.names(), bench.attributes('d')]).toEqual([['d', 'd/f'], [OPAQUE]]);
  });

  test('a whiteout does not hide a file of its own layer', async () => {
    using bench = new LayerBench();
    await bench.unpack(archive(file('a', 'x'), file('.wh.a', ''), file('.wh.b', ''), file('b', 'x')));
    expect(['a', 'b'].map((name) => readFileSync(bench.path(name), 'utf8'))).toEqual(['x', 'x']);
  });
});

describe('running', () => {
  test('a source that fails rejects with its own error', async () => {
    using bench = new LayerBench();
    const source = Readable.from(
      (function* () {
        yield file('a');
        throw new Error('connection reset by the registry');
      })(),
    );
    await expect(bench.unpack(source)).rejects.toThrow('connection reset by the registry');
  });

  test('a source that closes early never passes for a whole layer', async () => {
    using bench = new LayerBench();
    const source = new PassThrough();
    source.write(file('a'), () => source.destroy());
    await expect(bench.unpack(source)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  test('an abort rejects with its reason once the helper is gone', async () => {
    using bench = new LayerBench();
    const source = new PassThrough();
    const abort = new AbortController();
    source.write(file('a'), () => abort.abort(new Error('pull cancelled')));
    await expect(bench.unpack(source, {}, abort.signal)).rejects.toThrow('pull cancelled');
    expect(source.destroyed).toBe(true);
  });

  test('a failure stops an endless source', async () => {
    using bench = new LayerBench();
    const endless = Readable.from(
      (function* () {
        for (let i = 0; ; i += 1) yield file(`f${String(i)}`, 'x'.repeat(10_000));
      })(),
    );
    await expect(bench.unpack(endless, { entries: 500 })).rejects.toMatchObject({ code: 'LAYER_TOO_LARGE' });
    expect(endless.destroyed).toBe(true);
  });

  test('a destination that is not empty, or of another owner, is refused', async () => {
    using bench = new LayerBench();
    writeFileSync(bench.path('left'), '');
    await expect(bench.unpack(archive(file('a')))).rejects.toMatchObject({ code: 'LAYER_HELPER_FAILED', failure: { errno: 39 } });
    const foreign = `${bench.root}/foreign`;
    mkdirSync(foreign);
    chownSync(foreign, 0, 0);
    chmodSync(foreign, 0o777);
    const request = {
      tar: Readable.from([archive(file('a'))]),
      destination: foreign,
      uidBase: UID_BASE,
      limits: { bytes: 1_000, entries: 10 },
    };
    await expect(unpackLayer(request)).rejects.toMatchObject({ code: 'LAYER_HELPER_FAILED', failure: { stage: 'layer.setup', errno: 1 } });
  });

  test('a helper that is missing is told', async () => {
    using bench = new LayerBench();
    const request = {
      tar: Readable.from([archive()]),
      destination: bench.destination,
      uidBase: UID_BASE,
      limits: { bytes: 1, entries: 1 },
      helper: '/nonexistent',
    };
    await expect(unpackLayer(request)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test("the host's root id is never mapped", async () => {
    using bench = new LayerBench();
    const request = { tar: Readable.from([archive()]), destination: bench.destination, uidBase: 0, limits: { bytes: 1, entries: 1 } };
    await expect(unpackLayer(request)).rejects.toMatchObject({ code: 'LAYER_HELPER_FAILED' });
  });
});
