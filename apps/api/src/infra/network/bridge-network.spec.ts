import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const built = (file: string) => new URL(`../../../dist/${file}`, import.meta.url).href;

/** Runs in a process with a network namespace of its own, so that no bridge of ours meets the machine's network. */
function inOwnNetwork(body: string): unknown {
  const script = `
    import 'reflect-metadata';
    import { readFileSync } from 'node:fs';
    import { networkInterfaces } from 'node:os';
    import { listLinks } from '@keelson/runtime-native/net';
    const { BridgeNetwork } = await import(${JSON.stringify(built('infra/network/bridge-network.js'))});
    const make = (root = '/var/lib/keelson-test') => new BridgeNetwork({ root, instanceHash: '1a2b3c4d' });
    console.log(JSON.stringify(await (async () => { ${body} })()));`;
  const { stdout, stderr } = spawnSync('unshare', ['--net', process.execPath, '--input-type=module', '-e', script], {
    cwd: new URL('../../..', import.meta.url),
    encoding: 'utf8',
    timeout: 25_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe.runIf(process.getuid?.() === 0)('the default network on the kernel', () => {
  it('opens twice with the same result, and keeps the leases of containers', () => {
    const answer = inOwnNetwork(`
      const first = make();
      await first.open([]);
      const lease = first.lease('a');
      const second = make();
      await second.open([lease]);
      const forwards = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim();
      const bridges = await listLinks('kl');
      return [bridges, forwards, second.lease('b').ipv4 !== lease.ipv4, second.lease('c').gatewayIpv4 === lease.gatewayIpv4];`);
    expect(answer).toEqual([['kl1a2b3c4d'], '1', true, true]);
  });

  it('leaves with the server when no container has an address, and stays when one has', () => {
    const answer = inOwnNetwork(`
      const network = make();
      await network.open([]);
      const lease = network.lease('a');
      await network.onApplicationShutdown();
      const kept = await listLinks('kl');
      network.release(lease);
      await network.onApplicationShutdown();
      return [kept, await listLinks('kl')];`);
    expect(answer).toEqual([['kl1a2b3c4d'], []]);
  });

  it('connects and disconnects again and again, and refuses a port that is held', () => {
    const answer = inOwnNetwork(`
      const network = make();
      await network.open([]);
      const [one, other] = [network.lease('a'), network.lease('b')];
      const ports = await network.publish('a', [{ hostAddress: null, hostPort: 8080, containerPort: 80, protocol: 'tcp' }]);
      await network.connect(one, ports);
      await network.connect(one, ports);
      const refused = await network.publish('b', [{ hostAddress: null, hostPort: 8080, containerPort: 80, protocol: 'tcp' }]).catch(({ code }) => code);
      const stolen = await network.connect(other, ports).catch(({ code, message }) => [code, message]);
      await network.disconnect(one, ports);
      await network.disconnect(one, ports);
      network.unpublish('a');
      await network.connect(other, await network.publish('b', [{ hostAddress: null, hostPort: 8080, containerPort: 80, protocol: 'tcp' }]));
      return [ports.length > 0, refused, stolen[0], stolen[1].startsWith('the network failed: cannot publish port 8080 of 0.0.0.0: ')];`);
    expect(answer).toEqual([true, 'port_in_use', 'network_failed', true]);
  });

  it('holds the ports of a container that it takes up after a restart of the server', () => {
    const answer = inOwnNetwork(`
      const before = make();
      await before.open([]);
      const lease = before.lease('a');
      const wanted = [{ hostAddress: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' }];
      const ports = await before.publish('a', wanted);
      await before.connect(lease, ports);
      const after = make();
      await after.open([lease]);
      await after.connect(lease, ports);
      const refused = await after.publish('b', wanted).catch(({ code }) => code);
      await after.disconnect(lease, ports);
      return [refused, (await after.publish('b', wanted)).length];`);
    expect(answer).toEqual(['port_in_use', 1]);
  });

  it('gives a container name files of its own addresses', () => {
    const answer = inOwnNetwork(`
      const network = make();
      await network.open([]);
      const lease = network.lease('a');
      const { hosts, resolvConf } = await network.nameFiles('web', lease);
      return [hosts.includes(lease.ipv4 + ' web\\n'), /127\\.0\\.0/.test(resolvConf)];`);
    expect(answer).toEqual([true, false]);
  });

  it('says that it is not open yet', () => {
    const answer = inOwnNetwork(`try { make().lease('a'); } catch ({ code }) { return code; }`);
    expect(answer).toBe('not_ready');
  });
});
