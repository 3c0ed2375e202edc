// Tools that only the tests need, from Debian's packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fail } from './fail.mjs';

const PACKAGES = {
  openssl: ['/usr/bin/openssl'],
  iproute2: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'],
  nftables: ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft'],
  // Of the Chromium that comes as an npm package.
  libnss3: ['/usr/lib/x86_64-linux-gnu/libnss3.so', '/usr/lib/aarch64-linux-gnu/libnss3.so'],
  libexpat1: ['/usr/lib/x86_64-linux-gnu/libexpat.so.1', '/usr/lib/aarch64-linux-gnu/libexpat.so.1', '/lib/x86_64-linux-gnu/libexpat.so.1'],
  // The runtime whose answers ours are compared with.
  runc: ['/usr/sbin/runc', '/usr/bin/runc'],
  // The callers that drive it.
  podman: ['/usr/bin/podman'],
  buildah: ['/usr/bin/buildah'],
  containerd: ['/usr/bin/containerd'],
  'libcap2-bin': ['/usr/sbin/setcap', '/sbin/setcap'],
};

/** What benchmarks measure beside us. */
const PEERS = {
  crun: ['/usr/bin/crun'],
  runc: ['/usr/sbin/runc', '/usr/bin/runc'],
  podman: ['/usr/bin/podman'],
  'docker.io': ['/usr/sbin/dockerd', '/usr/bin/dockerd'],
};

export const requireTestTools = () => requirePackages(PACKAGES, 'tests');
export const requirePeers = () => requirePackages(PEERS, 'benchmarks');

function requirePackages(packages, who) {
  const missing = Object.keys(packages).filter((name) => !packages[name].some(existsSync));
  if (missing.length === 0) return;
  if (process.getuid() !== 0) fail(`the ${who} need ${missing.join(', ')}; install with: apt-get install -y ${missing.join(' ')}`);
  aptInstall(missing) || (apt(['update']) && aptInstall(missing)) || fail(`apt-get could not install ${missing.join(' ')}`);
}

const aptInstall = (names) => apt(['install', '-y', '--no-install-recommends', ...names]);

function apt(args) {
  const { status } = spawnSync('apt-get', ['-q', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}
