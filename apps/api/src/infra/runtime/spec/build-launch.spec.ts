import { describe, expect, it } from 'vitest';
import type { NetworkLease, PublishedPort } from '../../../domain/networks/networks.js';
import { containerRecord } from '../../../testing/container-record.js';
import { containerPaths } from '../container-paths.js';
import { buildLaunch } from './build-launch.js';

const PATHS = containerPaths({ root: '/var/lib/keelson', run: '/run/keelson' }, 'a'.repeat(64));
const LEASE: NetworkLease = {
  ipv4: '10.210.0.5',
  ipv4Prefix: 22,
  gatewayIpv4: '10.210.0.1',
  ipv6: 'fd12::5',
  ipv6Prefix: 64,
  gatewayIpv6: 'fd12::1',
  mac: '02:00:0a:d2:00:05',
  hostInterface: 'kv1',
  bridge: 'kl1',
};
const NO_FILES = { layerPaths: [], mountedLayers: new Map(), links: [] };
const NOTHING = { bindRoots: [] };
const port = (hostAddress: string): PublishedPort => ({ hostAddress, hostPort: 8080, containerPort: 80, protocol: 'tcp' });

describe('launch.json', () => {
  it('names the layers from the lowest on and the container’s own directories', () => {
    const launch = buildLaunch(
      containerRecord(),
      { ...NO_FILES, layerPaths: ['/l/1', '/l/2'], links: [{ path: '/a', target: 'b' }] },
      PATHS,
      NOTHING,
    );
    expect(launch).toEqual({
      version: 1,
      id: 'a'.repeat(64),
      runDir: `/run/keelson/c/${'a'.repeat(64)}`,
      rootfs: { layers: ['/l/1', '/l/2'], layerUidBase: 0x7fff0000, upper: PATHS.upper, work: PATHS.work },
      init: false,
      stdin: 'null',
      log: { dir: PATHS.logs, maxBytes: 16 * 1024 * 1024, maxFiles: 5 },
      exitFile: PATHS.exitFile,
      network: null,
      ports: [],
      bindRoots: [],
      imageMounts: [],
      borrowed: [],
      links: [{ path: '/a', target: 'b' }],
    });
  });

  it('names the image file instead where the container has one', () => {
    const { rootfs } = buildLaunch(
      containerRecord({ config: { rootfsBackend: 'image-file' } }),
      { ...NO_FILES, layerPaths: ['/l/1'] },
      PATHS,
      NOTHING,
    );
    expect(rootfs).toEqual({ layers: ['/l/1'], layerUidBase: 0x7fff0000, image: PATHS.image });
  });

  it('says beneath which directory each bind mount is opened, and refuses one that no directory holds', () => {
    const bind = { type: 'bind', source: '/srv/web', target: '/web', readOnly: false, recursive: true, propagation: 'rprivate' } as const;
    const container = containerRecord({ config: { mounts: [bind] } });
    expect(buildLaunch(container, NO_FILES, PATHS, { bindRoots: ['/data', '/srv'] }).bindRoots).toEqual([
      { destination: '/web', root: '/srv' },
    ]);
    expect(() => buildLaunch(container, NO_FILES, PATHS, { bindRoots: ['/srv/we'] })).toThrowError(
      expect.objectContaining({ code: 'forbidden' }),
    );
  });

  it('says of which layers each image is made that is mounted', () => {
    const mounts = [{ type: 'image', source: 'tools', target: '/tools', subpath: 'bin', imageId: 'sha256:2' }] as const;
    const files = { ...NO_FILES, mountedLayers: new Map([['sha256:2', ['/l/7', '/l/8']]]) };
    expect(buildLaunch(containerRecord({ config: { mounts } }), files, PATHS, NOTHING).imageMounts).toEqual([
      { destination: '/tools', layers: ['/l/7', '/l/8'], layerUidBase: 0x7fff0000, subpath: 'bin' },
    ]);
  });

  it('keeps stdin open where it was asked for', () => {
    expect(buildLaunch(containerRecord({ config: { openStdin: true } }), NO_FILES, PATHS, NOTHING).stdin).toBe('open');
  });

  it('gives both addresses with their prefixes and both gateways', () => {
    expect(buildLaunch(containerRecord({ lease: LEASE }), NO_FILES, PATHS, NOTHING).network).toMatchObject({
      bridge: 'kl1',
      addresses: ['10.210.0.5/22', 'fd12::5/64'],
      gateways: ['10.210.0.1', 'fd12::1'],
    });
  });

  it('leaves IPv6 out on a host without it', () => {
    const lease = { ...LEASE, ipv6: null, gatewayIpv6: null };
    expect(buildLaunch(containerRecord({ lease }), NO_FILES, PATHS, NOTHING).network).toMatchObject({
      addresses: ['10.210.0.5/22'],
      gateways: ['10.210.0.1'],
    });
  });

  it('forwards a published port over the family it is reached by', () => {
    const container = containerRecord({ lease: LEASE, ports: [port('0.0.0.0'), port('::')] });
    expect(buildLaunch(container, NO_FILES, PATHS, NOTHING).ports.map((one) => one.containerAddress)).toEqual(['10.210.0.5', 'fd12::5']);
  });

  it('forwards IPv6 clients to the IPv4 address of a container without IPv6', () => {
    const container = containerRecord({ lease: { ...LEASE, ipv6: null }, ports: [port('::')] });
    expect(buildLaunch(container, NO_FILES, PATHS, NOTHING).ports[0]?.containerAddress).toBe('10.210.0.5');
  });
});
