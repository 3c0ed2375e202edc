import { afterAll, beforeAll } from 'vitest';
import { Api } from './api.js';
import { destroy } from './destroy.js';
import { type ImageRegistry, startImageRegistry } from './images/image-registry.js';
import type { ImageName } from './images/recipes.js';
import { expectNothingLeft, inventory } from './leaks.js';
import { type Instance, newInstance, Server } from './server.js';

interface SuiteOptions {
  /** Pulled before the first test. */
  readonly images?: readonly ImageName[];
  /** Where the state root is made; absent: below /tmp. */
  readonly below?: string;
  readonly env?: (registry: ImageRegistry) => Record<string, string> | Promise<Record<string, string>>;
  /** Before the first start of the server; what it returns is called when everything of the instance is gone. */
  readonly prepare?: (instance: Instance) => Promise<() => Promise<void>>;
}

/**
 * One instance with its registry for all tests of a file. When the tests are over every container is removed, and what
 * the instance then holds on the host is compared with what it held before the first.
 */
export class Suite {
  registry!: ImageRegistry;
  instance!: Instance;
  server!: Server;
  api!: Api;
  private before: string[] = [];
  private undo: (() => Promise<void>) | undefined;

  constructor(private readonly options: SuiteOptions) {}

  image(name: ImageName): string {
    return this.registry.reference(name);
  }

  /** A client of its own, so that one spec's connections do not keep another's server from stopping. */
  async client(): Promise<Api> {
    return new Api(this.server.baseUrl, await this.server.token());
  }

  async open(): Promise<void> {
    this.registry = await startImageRegistry();
    this.instance = await newInstance(await this.options.env?.(this.registry), this.options.below);
    this.undo = await this.options.prepare?.(this.instance);
    await this.startServer();
    for (const name of this.options.images ?? []) await this.api.pulled(this.image(name));
    this.before = await inventory(this.instance);
  }

  /** A new server process over the same directories. */
  async startServer(): Promise<void> {
    this.server = await Server.start(this.instance);
    this.api = await this.client();
  }

  async removeContainers(): Promise<void> {
    for (const { id } of await this.api.containers.list()) await this.api.containers.remove(id, { force: true });
  }

  /** @throws Error naming what is left */
  async expectNothingLeft(): Promise<void> {
    await expectNothingLeft(this.instance, this.before.filter((line) => !line.startsWith('process ')).concat(this.ownProcess()));
  }

  /** Also after a failed `open`: what was begun is ended. */
  async close(): Promise<void> {
    await this.server?.stop().catch(() => undefined);
    await this.registry?.close();
    if (this.instance !== undefined) await destroy(this.instance);
    await this.undo?.();
  }

  private ownProcess(): string[] {
    return this.before.filter((line) => line.startsWith(`process ${this.server.pid} `));
  }
}

export function useSuite(options: SuiteOptions = {}): Suite {
  const suite = new Suite(options);
  beforeAll(() => suite.open());
  afterAll(async () => {
    try {
      if (suite.api !== undefined) {
        await suite.removeContainers();
        await suite.expectNothingLeft();
      }
    } finally {
      await suite.close();
    }
  });
  return suite;
}
