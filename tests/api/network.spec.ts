import { resolve4 } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { freePort } from '../support/ports.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const PAGE = 'A page from inside a container';
const suite = useSuite({ images: ['busybox', 'nginx'] });

/** An address of the host that is not its loopback. */
const hostAddress = () =>
  Object.values(networkInterfaces())
    .flat()
    .find((address) => address !== undefined && !address.internal && address.family === 'IPv4')?.address;

const sleeper = (network: 'bridge' | 'none' | 'host') =>
  suite.api.containers.create({ image: suite.image('busybox'), command: ['sleep', '1000'], network, start: true });
const sh = async (id: string, script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim();
const page = (address: string, port: number) =>
  fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(5000) }).then((answer) => answer.text());
const nginx = (hostPort: number, address?: string) =>
  suite.api.containers.create({
    image: suite.image('nginx'),
    ports: [{ hostPort, containerPort: 80, ...(address === undefined ? {} : { hostAddress: address }) }],
    start: true,
  });

describe('a published port', () => {
  it('answers on the loopback and on the host’s addresses, and no more once the container is gone', async () => {
    const port = await freePort();
    const { id } = await nginx(port);
    const served = await until(
      () => page('127.0.0.1', port).catch(() => ''),
      (text) => text !== '',
    );
    expect(served).toContain(PAGE);
    const outer = hostAddress();
    if (outer !== undefined) expect(await page(outer, port)).toContain(PAGE);
    expect((await suite.api.containers.inspect(id)).ports).toContainEqual({
      hostAddress: '0.0.0.0',
      hostPort: port,
      containerPort: 80,
      protocol: 'tcp',
    });
    expect(await suite.api.output(id)).toContain('GET / HTTP/1.1');

    await suite.api.containers.stop(id);
    await expect(page('127.0.0.1', port)).rejects.toThrow();
    expect(await suite.api.containers.inspect(id)).toMatchObject({ exitCode: 0 });
  });

  it('answers on the IPv6 loopback as well', async () => {
    const port = await freePort();
    const { id } = await nginx(port);
    const { network } = await suite.api.containers.inspect(id);
    if (network.ipv6 === null) return;
    expect(
      await until(
        () => page('[::1]', port).catch(() => ''),
        (text) => text !== '',
      ),
    ).toContain(PAGE);
  });

  it('is picked by the server where none was asked for, and kept through a restart of the container', async () => {
    const { id } = await nginx(0);
    const [first] = (await suite.api.containers.inspect(id)).ports;
    expect(first?.hostPort).toBeGreaterThan(1024);
    await suite.api.containers.restart(id, 1);
    const [again] = (await suite.api.containers.inspect(id)).ports;
    expect(
      await until(
        () => page('127.0.0.1', again?.hostPort ?? 0).catch(() => ''),
        (text) => text !== '',
      ),
    ).toContain(PAGE);
  });

  it('bound to one address is closed on the others', async () => {
    const port = await freePort();
    await nginx(port, '127.0.0.1');
    await until(
      () => page('127.0.0.1', port).catch(() => ''),
      (text) => text !== '',
    );
    const outer = hostAddress();
    if (outer !== undefined) await expect(page(outer, port)).rejects.toThrow();
  });

  it('that another container has is refused by number', async () => {
    const port = await freePort();
    await nginx(port);
    const failure = await expectFailure(nginx(port), 'port_in_use');
    expect(failure.body.message).toContain(String(port));
  });

  it('that a program of the host has is refused by number', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const failure = await expectFailure(nginx(port), 'port_in_use');
    expect(failure.body.message).toContain(String(port));
    taken.close();
  });
});

describe('on the bridge', () => {
  it('a container has an address of its own, which others reach', async () => {
    const [one, two] = await Promise.all([sleeper('bridge'), nginx(0)]);
    const target = (await suite.api.containers.inspect(two.id)).network;
    expect(target.ipv4).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(await sh(one.id, 'ip -o -4 addr show eth0')).toContain((await suite.api.containers.inspect(one.id)).network.ipv4 ?? 'none');
    expect(await sh(one.id, `wget -q -O - http://${target.ipv4}/`)).toContain(PAGE);
    if (target.ipv6 !== null) expect(await sh(one.id, `wget -q -O - http://[${target.ipv6}]/`)).toContain(PAGE);
  });

  it('a container does not reach what listens on the host, by no address of it', async () => {
    const server: Server = createServer((_, response) => response.end('reached')).listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { id } = await sleeper('bridge');
    const { gatewayIpv4 } = (await suite.api.containers.inspect(id)).network;
    for (const address of [gatewayIpv4, hostAddress()].filter((known) => known !== undefined))
      expect(await sh(id, `wget -q -T 1 -O - http://${address}:${port}/ 2>&1`)).not.toContain('reached');
    expect(await fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).toBe('reached');
    server.close();
  });

  it('names are resolved by the host’s resolvers', async () => {
    const name = 'deb.debian.org';
    const known = await resolve4(name).catch(() => []);
    const { id } = await sleeper('bridge');
    expect(await sh(id, 'grep -c ^nameserver /etc/resolv.conf')).toMatch(/^[123]$/);
    if (known.length > 0) expect(await sh(id, `nslookup ${name} 2>&1`)).toMatch(/Address.*\d+\.\d+\.\d+\.\d+/);
  });

  it('the hosts file knows the container and localhost', async () => {
    const { id } = await sleeper('bridge');
    const { network, hostname } = await suite.api.containers.inspect(id);
    const hosts = await sh(id, 'cat /etc/hosts');
    expect(hosts).toMatch(/^127\.0\.0\.1\s+localhost/m);
    expect(hosts).toMatch(new RegExp(`^${network.ipv4?.replaceAll('.', '\\.')}\\s+${hostname}`, 'm'));
    expect(await sh(id, 'cat /etc/hostname')).toBe(hostname);
  });

  it('the server’s own port on the loopback is out of reach', async () => {
    const { id } = await sleeper('bridge');
    const { network } = await suite.api.containers.inspect(id);
    const port = suite.instance.listen.split(':')[1];
    expect(await sh(id, `wget -q -T 2 -O - http://${network.gatewayIpv4}:${port}/healthz 2>&1 || echo refused`)).toMatch(/refused/);
  });
});

describe('the other modes', () => {
  it('none has a loopback and nothing else', async () => {
    const { id } = await sleeper('none');
    expect(await sh(id, 'ls /sys/class/net')).toBe('lo');
    expect(await sh(id, 'ip addr show lo')).toMatch(/state (UNKNOWN|UP)|LOOPBACK,UP/);
    expect((await suite.api.containers.inspect(id)).network).toMatchObject({ mode: 'none', ipv4: null, ipv6: null });
  });

  it('host has the host’s interfaces', async () => {
    const { id } = await sleeper('host');
    const inside = (await sh(id, 'ip -o link | wc -l')).trim();
    expect(Number(inside)).toBeGreaterThanOrEqual(Object.keys(networkInterfaces()).length);
    expect(await sh(id, `wget -q -O - http://${suite.instance.listen}/healthz`)).toContain('"ok"');
  });

  it('published ports make sense on the bridge only', async () => {
    const input = { image: suite.image('busybox'), network: 'none' as const, ports: [{ containerPort: 80 }] };
    await expectFailure(suite.api.containers.create(input), 'invalid_input');
  });
});
