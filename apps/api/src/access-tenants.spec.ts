import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessStore } from './domain/access/access.ports.js';
import { AuthenticateToken } from './domain/access/authenticate-token.js';
import { ResumeSession } from './domain/access/resume-session.js';
import { digestOf } from './domain/access/secrets.js';
import { SignIn } from './domain/access/sign-in.js';
import { SignInThrottle } from './domain/access/sign-in-throttle.js';
import { SignOut } from './domain/access/sign-out.js';
import { Database } from './infra/store/database.js';
import { PrismaAccessStore } from './infra/store/prisma-access-store.js';
import { PrismaEventLog } from './infra/store/prisma-event-log.js';
import { principalOf } from './testing/container-house.js';
import { sqliteDatabase, type TestDatabase } from './testing/test-database.js';

const alice = principalOf('default');
const bob = principalOf('other');

describe('two tenants', () => {
  let where: TestDatabase;
  let database: Database;
  let store: AccessStore;
  const token = { alice: randomUUID(), bob: randomUUID() };

  beforeEach(async () => {
    where = await sqliteDatabase();
    database = await Database.open(where.url);
    store = new PrismaAccessStore(database);
    for (const [principal, secret] of [
      [alice, token.alice],
      [bob, token.bob],
    ] as const) {
      await store.ensurePrincipal(principal);
      await store.setToken(principal.id, 'token', digestOf(secret));
    }
  });
  afterEach(async () => {
    await database.close();
    await where.remove();
  });

  const signIn = () => new SignIn(store, new SignInThrottle());

  it('are told apart by their tokens and sessions', async () => {
    const { session, secret } = await signIn().execute(token.bob, 'somewhere');
    expect(session.principal).toEqual(bob);
    expect((await new ResumeSession(store).execute(secret)).principal).toEqual(bob);
    expect(await new AuthenticateToken(store).execute(token.alice)).toEqual(alice);
  });

  it('cannot end each other’s sessions', async () => {
    const { secret } = await signIn().execute(token.bob, 'somewhere');
    await new SignOut(store).execute(alice, secret);
    expect((await new ResumeSession(store).execute(secret)).principal).toEqual(bob);
  });

  it('do not read of each other’s sign-ins', async () => {
    await signIn().execute(token.bob, 'somewhere');
    const events = new PrismaEventLog(database);
    expect(await events.read('default', { limit: 10 })).toEqual([]);
    expect(await events.read('other', { limit: 10 })).toMatchObject([{ action: 'session.create', actor: bob.name }]);
  });
});
