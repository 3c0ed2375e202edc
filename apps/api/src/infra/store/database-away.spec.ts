import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postgresDatabase, type TestDatabase } from '../../testing/test-database.js';
import { Database } from './database.js';
import { PrismaAccessStore } from './prisma-access-store.js';

const SERVER = process.env['TEST_POSTGRES_URL'];

/** Between the server under test and PostgreSQL, so that the connection can be cut without stopping a server that others use. */
class Cable {
  private readonly ends = new Set<Socket>();
  private readonly listener = createServer((near) => {
    const far = connect(Number(this.to.port || 5432), this.to.hostname);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(end);
      end.on('error', () => undefined).on('close', () => other.destroy());
      end.pipe(other);
    }
  });
  private port = 0;

  constructor(private readonly to: URL) {}

  async plugIn(): Promise<string> {
    await new Promise<void>((resolve) => this.listener.listen(this.port, '127.0.0.1', resolve));
    const address = this.listener.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
    return Object.assign(new URL(this.to), { hostname: '127.0.0.1', port: String(this.port) }).href;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.listener.close(resolve));
    for (const end of this.ends) end.destroy();
    this.ends.clear();
    await closed;
  }
}

describe.runIf(SERVER)('a PostgreSQL server that goes away', () => {
  let where: TestDatabase;
  let cable: Cable;
  let database: Database;
  beforeEach(async () => {
    where = await postgresDatabase(SERVER ?? '');
    cable = new Cable(new URL(where.url));
    database = await Database.open(await cable.plugIn());
  });
  afterEach(async () => {
    await database.close();
    await cable.cut();
    await where.remove();
  });

  it('is told by a code of its own, for questions and writes, and used again when it is back', async () => {
    const store = new PrismaAccessStore(database);
    await cable.cut();
    for (const attempt of [() => store.removeLinks(), () => store.removeLinks(), () => store.principalByToken('x')]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'store_unavailable' });
    }
    await cable.plugIn();
    await store.removeLinks();
    expect(await store.principalByToken('x')).toBeNull();
  });
});
