import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const face = new URL('../../dist/net/index.js', import.meta.url).href;

/** Runs in a process with a network namespace of its own; prints what `body` returns as JSON. */
function inOwnNetwork(body: string): unknown {
  const script = `import * as net from ${JSON.stringify(face)}; console.log(JSON.stringify(await (async () => { ${body} })()));`;
  const { stdout, stderr } = spawnSync('unshare', ['--net', process.execPath, '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const BASE = `const base = { table: 'keelson_face', bridge: 'klface', interfacePrefix: 'kvface', subnetIpv4: '10.210.0.0/22', subnetIpv6: 'fd12::/64' };
  const endpoint = { hostInterface: 'kvface1', mac: '02:00:00:00:00:05', ipv4: '10.210.0.5', ipv6: 'fd12::5', ports: [{ hostAddress: '0.0.0.0', hostPort: 8080, containerPort: 80 }] };`;

describe('the network face of the addon', () => {
  it('makes, lists and deletes a bridge', () => {
    const answer = inOwnNetwork(`
      await net.ensureBridge({ name: 'klface', addresses: ['10.210.0.1/22', 'fd12::1/64'], mtu: 1500 });
      await net.enableForwarding();
      const listed = await net.listLinks('kl');
      await net.deleteLink('klface');
      await net.deleteLink('klface');
      return [listed, await net.listLinks('kl')];`);
    expect(answer).toEqual([['klface'], []]);
  });

  it('puts rules in force, adds and removes endpoints, and takes all away', () => {
    const answer = inOwnNetwork(`${BASE}
      await net.applyPacketRules(base, [endpoint]);
      await net.addEndpoint(base.table, endpoint);
      const other = { ...endpoint, hostInterface: 'kvface2', mac: '02:00:00:00:00:06', ipv4: '10.210.0.6', ipv6: null };
      const taken = await net.addEndpoint(base.table, other).catch((error) => ({ name: error.name, stage: error.stage, errno: error.errno, message: error.message }));
      await net.removeEndpoint(base.table, endpoint);
      await net.addEndpoint(base.table, other);
      await net.removePacketRules(base.table);
      return [taken, await net.foreignFirewalls(base.table)];`);
    expect(answer).toEqual([
      {
        name: 'RuntimeError',
        stage: 'net.nft',
        errno: expect.any(Number),
        message: expect.stringMatching(/^cannot publish port 8080 of 0\.0\.0\.0: /),
      },
      [],
    ]);
  });

  it('tells what it does not understand as an error that names it', () => {
    const answer = inOwnNetwork(`${BASE}
      const told = async (work) => work.then(() => 'no error', (error) => error.message);
      return [
        await told(net.ensureBridge({ name: 'a name that is too long', addresses: [], mtu: 1500 })),
        await told(net.applyPacketRules({ ...base, subnetIpv4: 'x' }, [])),
        await told(net.addEndpoint(base.table, { ...endpoint, mac: '' })),
      ];`);
    expect(answer).toEqual([
      'not an interface name: "a name that is too long"',
      'not an IP address with prefix length: "x"',
      'not a hardware address: ""',
    ]);
  });

  it('does forty things at once without a mix-up', () => {
    const answer = inOwnNetwork(`${BASE}
      await net.applyPacketRules(base, []);
      const endpoints = Array.from({ length: 40 }, (_, at) => ({ hostInterface: 'kvface' + at, mac: '02:00:00:00:01:' + String(10 + at), ipv4: '10.210.1.' + at, ipv6: null,
        ports: [{ hostAddress: '0.0.0.0', hostPort: 9000 + (at >> 1), containerPort: 80 }] }));
      const added = await Promise.allSettled(endpoints.map((one) => net.addEndpoint(base.table, one)));
      return added.filter(({ status }) => status === 'fulfilled').length;`);
    expect(answer).toBe(20);
  });
});
