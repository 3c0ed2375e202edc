import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DockerRegistry, startDockerRegistry } from '../../../tests/support/registry.js';
import {
  ContentInvalidError,
  createRegistryClient,
  InsecureRefusedError,
  RateLimitedError,
  type RegistryClient,
  type RegistryClientOptions,
  TooLargeError,
  UnavailableError,
} from '../src/index.js';
import { type Front, type Meddling, type Seen, startFront } from './support/front.js';
import { startProxy } from './support/proxy.js';
import { seedImage } from './support/seed-image.js';

const platform = { os: 'linux', architecture: 'amd64' };
const retry = { attempts: 3, baseMs: 1, maxMs: 5 };
const ali = { username: 'ali', password: 'open sesame' };

describe('a registry that is not to be trusted too far', () => {
  let registry: DockerRegistry;
  const closing: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    registry = await startDockerRegistry();
    await seedImage(registry, 'team/app', { tag: '1', layerSizes: [1000] });
    await seedImage(registry, 'library/hello', { tag: 'latest', layerSizes: [1000] });
  });
  afterAll(() => registry.close());
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((one) => one.close()));
  });

  const front = async (meddle?: (seen: Seen, before: readonly Seen[]) => Meddling): Promise<Front> => {
    const made = await startFront(registry.host, meddle);
    closing.push(made);
    return made;
  };
  const newClient = (options: Partial<RegistryClientOptions> = {}): RegistryClient => {
    const made = createRegistryClient({ version: '0', retry, ...options });
    closing.push(made);
    return made;
  };

  /** A front that wants a bearer token from the given realm; `accepts` says which. */
  const bearerFront = (realm: () => string, accepts: (token: string | undefined) => boolean = () => true) =>
    front(({ path, headers }) => {
      if (path.startsWith('/token')) return undefined;
      if (headers.authorization?.startsWith('Bearer ') && accepts(headers.authorization.slice(7))) return undefined;
      return { answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm()}",service="here"` } } };
    });
  const realmServer = (seconds: number) =>
    front((_, before) => ({ answer: { status: 200, body: JSON.stringify({ token: `t${before.length}`, expires_in: seconds }) } }));

  it('sends no Authorization to the host that a redirect leads to', async () => {
    const storage = await front();
    const asking = await front(({ path, headers }) => {
      if (headers.authorization === undefined) return { answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } };
      return path.includes('/blobs/') ? { answer: { status: 307, headers: { location: `http://${storage.host}${path}` } } } : undefined;
    });
    await newClient({ credentials: async () => ali }).resolve(`${asking.host}/team/app:1`, { platform });
    expect(asking.about('/blobs/').at(-1)?.headers.authorization).toMatch(/^Basic /);
    expect(storage.about('/blobs/').length).toBe(1);
    expect(storage.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('does not answer a challenge of the host that a redirect leads to', async () => {
    const storage = await front(() => ({ answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="give"' } } }));
    const asking = await front(({ path }) =>
      path.includes('/blobs/') ? { answer: { status: 302, headers: { location: `http://${storage.host}${path}` } } } : undefined,
    );
    await expect(newClient({ credentials: async () => ali }).resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow(
      `to which ${asking.host} redirects, answered 401`,
    );
    expect(storage.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('follows at most five redirects', async () => {
    const asking = await front(({ path }) =>
      path.includes('/manifests/') ? { answer: { status: 302, headers: { location: path } } } : undefined,
    );
    await expect(newClient().resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow('redirects more than 5 times');
    expect(asking.about('/manifests/').length).toBe(6);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'unix:/run/docker.sock'])('does not follow a redirect to %s', async (location) => {
    const asking = await front(({ path }) =>
      path.includes('/manifests/') ? { answer: { status: 302, headers: { location } } } : undefined,
    );
    await expect(newClient().resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow(InsecureRefusedError);
  });

  it('gets a token once for each repository and uses it until it expires', async () => {
    const realm = await realmServer(300);
    const asking = await bearerFront(() => `http://${realm.host}/token`);
    const client = newClient({ credentials: async () => ali });
    await client.resolve(`${asking.host}/team/app:1`, { platform });
    await client.resolve(`${asking.host}/team/app:1`, { platform });
    await client.resolve(`${asking.host}/library/hello`, { platform });
    const scopes = realm.seen.map(({ path }) => new URL(path, 'http://x').searchParams.get('scope'));
    expect(scopes).toEqual(['repository:team/app:pull', 'repository:library/hello:pull']);
    expect(realm.seen.every(({ headers }) => headers.authorization?.startsWith('Basic '))).toBe(true);
    expect(asking.seen.every(({ headers }) => !headers.authorization?.startsWith('Basic '))).toBe(true);
  });

  it('gets another token when one has expired', async () => {
    const realm = await realmServer(1);
    const asking = await bearerFront(() => `http://${realm.host}/token`);
    await newClient().resolve(`${asking.host}/team/app:1`, { platform });
    expect(realm.seen.length).toBeGreaterThan(1);
  });

  it('gets another token when the registry no longer takes the one it has', async () => {
    const realm = await realmServer(300);
    let good = 't0';
    const asking = await bearerFront(
      () => `http://${realm.host}/token`,
      (token) => token === good,
    );
    const client = newClient();
    await client.resolve(`${asking.host}/team/app:1`, { platform });
    good = 't1';
    await client.resolve(`${asking.host}/team/app:1`, { platform });
    expect(realm.seen.length).toBe(2);
  });

  it('says that access is denied, or nothing there, when an anonymous token does not open the repository', async () => {
    const realm = await realmServer(300);
    const asking = await bearerFront(
      () => `http://${realm.host}/token`,
      () => false,
    );
    await expect(newClient().resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow(
      `pull access denied for ${asking.host}/team/app, repository does not exist or may require authorization`,
    );
  });

  it('keeps the password from a realm on another host', async () => {
    const realm = await realmServer(300);
    const asking = await bearerFront(() => `http://${realm.host.replace('127.0.0.1', 'localhost')}/token`);
    await expect(newClient({ credentials: async () => ali }).resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow(
      InsecureRefusedError,
    );
    expect(realm.seen).toEqual([]);
  });

  it('waits as long as Retry-After says, and no shorter', async () => {
    const asking = await front(({ path }, before) =>
      path.includes('/manifests/') && !before.some((one) => one.path.includes('/manifests/'))
        ? { answer: { status: 429, headers: { 'retry-after': '1' } } }
        : undefined,
    );
    const start = Date.now();
    await newClient().resolve(`${asking.host}/team/app:1`, { platform });
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  });

  it('tells the caller when the registry wants a long wait', async () => {
    const asking = await front(({ path }) =>
      path.includes('/manifests/') ? { answer: { status: 429, headers: { 'retry-after': '3600' } } } : undefined,
    );
    const limited = newClient().resolve(`${asking.host}/team/app:1`, { platform });
    await expect(limited).rejects.toThrow(RateLimitedError);
    await expect(limited).rejects.toMatchObject({ code: 'registry_rate_limited', retryAfterSeconds: 3600 });
    expect(asking.about('/manifests/').length).toBe(1);
  });

  it('tries again on a server error, a bounded number of times', async () => {
    const asking = await front(({ path }) => (path.includes('/manifests/') ? { answer: { status: 503 } } : undefined));
    await expect(newClient().resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow(UnavailableError);
    expect(asking.about('/manifests/').length).toBe(retry.attempts);
  });

  it('tries again when a small document breaks off', async () => {
    const asking = await front(({ path }, before) =>
      path.includes('/manifests/') && !before.some((one) => one.path.includes('/manifests/')) ? { cutAfter: 20 } : undefined,
    );
    await newClient().resolve(`${asking.host}/team/app:1`, { platform });
    expect(asking.about('/manifests/').length).toBe(2);
  });

  it('asks mirrors first for docker.io names, without the password of docker.io', async () => {
    const broken = await front(({ path }) => (path === '/v2/' ? undefined : { answer: { status: 404 } }));
    const mirror = await front();
    const asked: string[] = [];
    const credentials = async (name: string) => {
      asked.push(name);
      return ali;
    };
    await newClient({ mirrors: [`http://${broken.host}`, `http://${mirror.host}`], credentials }).resolve('hello', { platform });
    expect(broken.about('/v2/library/hello/').length).toBe(1);
    expect(mirror.about('/v2/library/hello/').length).toBe(2);
    expect(asked).not.toContain('docker.io');
    expect([...broken.seen, ...mirror.seen].every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('names every endpoint that was asked when none delivers', async () => {
    const mirror = await front();
    // A proxy that is not there stands in for the way to Docker Hub.
    const failed = newClient({ mirrors: [`http://${mirror.host}`], proxy: { httpsProxy: 'http://127.0.0.1:1' } }).resolve('nowhere:1', {
      platform,
    });
    await expect(failed).rejects.toMatchObject({ endpoints: [mirror.host, 'registry-1.docker.io'] });
    await expect(failed).rejects.toThrow(`mirror ${mirror.host}: manifest for nowhere:1 not found`);
  });

  it('reads no manifest of more than 4 MiB, with or without a length', async () => {
    for (const framing of [{ 'content-length': String(4 * 1024 * 1024 + 1) }, { 'transfer-encoding': 'chunked' }]) {
      const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json', ...framing };
      const asking = await front(({ path }) =>
        path.includes('/manifests/') ? { answer: { status: 200, headers, body: Buffer.alloc(4 * 1024 * 1024 + 1, 32) } } : undefined,
      );
      await expect(newClient().resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow(TooLargeError);
    }
  });

  it('refuses a manifest that has not the digest asked for, by name or by the registry itself', async () => {
    const asking = await front(({ path }) => (path.includes('/manifests/') ? { flipAt: 3 } : undefined));
    const wanted = await newClient().resolve(`${registry.host}/team/app:1`, { platform });
    for (const suffix of [':1', `@${wanted.manifestDigest}`]) {
      await expect(newClient().resolve(`${asking.host}/team/app${suffix}`, { platform })).rejects.toThrow(ContentInvalidError);
    }
  });

  it('refuses a config whose bytes were changed', async () => {
    const asking = await front(({ path }) => (path.includes('/blobs/') ? { flipAt: 5 } : undefined));
    await expect(newClient().resolve(`${asking.host}/team/app:1`, { platform })).rejects.toThrow('has another content than its digest');
  });

  it('does not ask mirrors for other registries', async () => {
    const mirror = await front();
    await newClient({ mirrors: [`http://${mirror.host}`] }).resolve(`${registry.host}/team/app:1`, { platform });
    expect(mirror.seen).toEqual([]);
  });

  it('refuses a plain HTTP mirror that is neither loopback nor listed', () => {
    expect(() => createRegistryClient({ version: '0', mirrors: ['http://mirror.example'] })).toThrow(InsecureRefusedError);
  });

  it('sends nothing to an address that the caller denies', async () => {
    const asking = await front();
    await expect(
      newClient({ denyAddress: (address) => address === '127.0.0.1' }).resolve(`${asking.host}/team/app:1`, { platform }),
    ).rejects.toThrow(InsecureRefusedError);
    const byName = asking.host.replace('127.0.0.1', 'localhost');
    await expect(newClient({ denyAddress: () => true }).resolve(`${byName}/team/app:1`, { platform })).rejects.toThrow(
      InsecureRefusedError,
    );
    expect(asking.seen).toEqual([]);
  });

  it('goes through the HTTP proxy for a listed registry, and around it for NO_PROXY and loopback', async () => {
    const proxy = await startProxy(registry.host);
    closing.push(proxy);
    const options = { insecureRegistries: ['registry.invalid:5000'], proxy: { httpProxy: `http://${proxy.host}` } };
    await newClient(options).resolve('registry.invalid:5000/team/app:1', { platform });
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect(proxy.asked.every((host) => host === 'registry.invalid:5000')).toBe(true);

    const before = proxy.asked.length;
    await expect(
      newClient({ ...options, proxy: { ...options.proxy, noProxy: 'registry.invalid' } }).resolve('registry.invalid:5000/team/app:1', {
        platform,
      }),
    ).rejects.toThrow('cannot be reached');
    await newClient(options).resolve(`${registry.host}/team/app:1`, { platform });
    expect(proxy.asked.length).toBe(before);
  });
});
