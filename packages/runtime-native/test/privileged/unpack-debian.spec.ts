import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { LayerBench, UID_BASE } from '../support/layer-bench.js';

/** What real systems are made of and the host's own tree may lack. */
const MAKE_ODDITIES = `
set -e
mkdir -p odd/sticky odd/ro "odd/$(printf 'n%.0s' $(seq 200))/$(printf 'm%.0s' $(seq 200))"
printf data > odd/file; ln odd/file odd/hard; ln -s ../odd/file odd/link; ln -s /nowhere "odd/$(printf 's%.0s' $(seq 150))"
ln -s "$(printf 't/%.0s' $(seq 150))" odd/longlink; ln "odd/link" odd/hardlink-to-link
mkfifo -m 0620 odd/fifo; mknod -m 0666 odd/null c 1 3; mknod -m 0660 odd/disk b 259 300
truncate -s 8M odd/sparse; printf mid | dd of=odd/sparse bs=1 seek=3000000 conv=notrunc status=none; printf end >> odd/sparse
for i in $(seq 0 60); do printf x | dd of=odd/holes bs=1 seek=$((i * 65536)) conv=notrunc status=none; done
truncate -s 4M odd/hole; : > odd/empty
chown 101:102 odd/file; chown -h 103:104 odd/link; chmod 6755 odd/file; chmod 1777 odd/sticky; chmod 0555 odd/ro; touch -h -d '1999-12-31 23:59:59.987654321' odd/link odd/ro
`;

interface Node {
  [property: string]: unknown;
}

function describeTree(root: string, shift: number): Record<string, Node> {
  const nodes: Record<string, Node> = {};
  const visit = (name: string): void => {
    const path = join(root, name);
    const about = lstatSync(path, { bigint: true });
    nodes[name] = {
      mode: about.mode,
      uid: Number(about.uid) - shift,
      gid: Number(about.gid) - shift,
      links: about.nlink,
      mtime: about.mtimeNs,
      device: about.isCharacterDevice() || about.isBlockDevice() ? about.rdev : 0n,
      link: about.isSymbolicLink() ? readlinkSync(path) : '',
      size: about.isFile() ? about.size : 0n,
      hash: about.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '',
    };
    if (about.isDirectory()) for (const child of readdirSync(path).sort()) visit(join(name, child));
  };
  visit('.');
  return nodes;
}

test.each(['gnu', 'oldgnu', 'pax', 'posix --sparse-version=0.0', 'posix --sparse-version=0.1'])(
  'a Debian tree in format %s comes out as GNU tar extracts it, owners shifted',
  async (format) => {
    using bench = new LayerBench();
    const at = { cwd: bench.root, stdio: 'pipe' } as const;
    execFileSync('sh', ['-c', MAKE_ODDITIES], at);
    const options = [...`--format=${format}`.split(' '), '-S', '-b', '1', '--numeric-owner'];
    // Programs as large as compilers say nothing that small ones do not, and three copies of them fill the disk of a small machine.
    execFileSync('sh', ['-c', 'cd /; find usr/bin -size -2048k -print0 > "$1/programs"', 'sh', bench.root]);
    const trees = ['etc', 'usr/share/doc/coreutils', 'usr/share/zoneinfo/Europe'];
    const programs = ['--no-recursion', '--null', '-T', join(bench.root, 'programs')];
    execFileSync('tar', [...options, '-cf', 'layer.tar', 'odd', '-C', '/', ...trees, ...programs], at);
    mkdirSync(join(bench.root, 'reference'));
    execFileSync('tar', ['-xpf', 'layer.tar', '--numeric-owner', '--same-owner', '-C', 'reference'], at);

    const told = await bench.unpack(createReadStream(join(bench.root, 'layer.tar')), { bytes: 4 * 1024 ** 3, entries: 100_000 });

    const ours = describeTree(bench.destination, UID_BASE);
    const reference = describeTree(join(bench.root, 'reference'), 0);
    // Neither archive has an entry for the root; "usr" and "usr/share" are made for their children and have no time of their own.
    for (const made of ['.', 'usr', 'usr/share', 'usr/share/doc', 'usr/share/zoneinfo']) {
      delete ours[made];
      delete reference[made];
    }
    expect(ours).toEqual(reference);
    expect(told.entries).toBe(Object.keys(ours).length + 4);
    for (const sparse of ['odd/sparse', 'odd/hole', 'odd/holes']) expect(lstatSync(bench.path(sparse)).blocks).toBeLessThan(1_500);
  },
);
