import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessStore } from '../../domain/access/access.ports.js';
import { FIRST_ADMINISTRATOR as ADMIN } from '../../domain/access/first-administrator.js';
import { sessionEvent } from '../../domain/access/session-events.js';
import type { Session } from '../../domain/access/sessions.js';
import { DATABASES, type TestDatabase } from '../../testing/test-database.js';
import { Database } from './database.js';
import { PrismaAccessStore } from './prisma-access-store.js';
import { PrismaEventLog } from './prisma-event-log.js';
import { RememberingAccessStore } from './remembering-access-store.js';

const NOW = new Date('2026-11-21T08:00:00.123Z');
const LATER = new Date('2026-11-22T08:00:00Z');

const KINDS: readonly (readonly [string, (store: AccessStore) => AccessStore])[] = [
  ['', (store) => store],
  [', remembering', (store) => new RememberingAccessStore(store)],
];
const CASES = DATABASES.flatMap(([name, make]) => KINDS.map(([kind, wrap]) => [`${name}${kind}`, make, wrap] as const));

describe.each(CASES)('who may come in, on %s', (_, make, wrap) => {
  let where: TestDatabase;
  let database: Database;
  let store: AccessStore;

  beforeEach(async () => {
    where = await make();
    database = await Database.open(where.url);
    store = wrap(new PrismaAccessStore(database));
    await store.ensurePrincipal(ADMIN);
  });
  afterEach(async () => {
    await database.close();
    await where.remove();
  });

  function session(changes: Partial<Session> = {}): Session {
    return { id: randomUUID(), principal: ADMIN, hash: 'h', createdAt: NOW, expiresAt: LATER, ...changes };
  }
  async function added(changes: Partial<Session> = {}): Promise<Session> {
    const made = session(changes);
    await store.addSession(made, sessionEvent(made, 'session.create'));
    return made;
  }

  it('knows a token’s owner, and no other token', async () => {
    await store.setToken(ADMIN.id, 'file', 'one');
    expect(await store.principalByToken('one')).toEqual(ADMIN);
    expect(await store.principalByToken('two')).toBeNull();
  });

  it('voids a token whose name gets a new one', async () => {
    await store.setToken(ADMIN.id, 'file', 'one');
    await store.principalByToken('one');
    await store.setToken(ADMIN.id, 'file', 'two');
    expect(await store.principalByToken('one')).toBeNull();
    expect(await store.principalByToken('two')).toEqual(ADMIN);
  });

  it('leaves a principal that is there as it is', async () => {
    await store.setToken(ADMIN.id, 'file', 'one');
    await store.ensurePrincipal({ ...ADMIN, name: 'other' });
    expect(await store.principalByToken('one')).toEqual(ADMIN);
  });

  it('gives a link to the first of two who take it at once', async () => {
    await store.addLink({ hash: 'l', principalId: ADMIN.id, expiresAt: LATER });
    const taken = await Promise.all([store.takeLink('l', NOW), store.takeLink('l', NOW)]);
    expect(taken.filter((principal) => principal !== null)).toEqual([ADMIN]);
  });

  it('takes an expired link away and gives it to nobody', async () => {
    await store.addLink({ hash: 'l', principalId: ADMIN.id, expiresAt: NOW });
    expect(await store.takeLink('l', NOW)).toBeNull();
    expect(await store.takeLink('l', new Date(0))).toBeNull();
  });

  it('removes links', async () => {
    await store.addLink({ hash: 'l', principalId: ADMIN.id, expiresAt: LATER });
    await store.removeLinks();
    expect(await store.takeLink('l', NOW)).toBeNull();
  });

  it('finds a session as it was stored, with its principal, and records both its ends', async () => {
    const made = await added();
    expect(await store.sessionByHash('h')).toEqual(made);
    await store.removeSession(made.id, sessionEvent(made, 'session.remove'));
    expect(await store.sessionByHash('h')).toBeNull();
    const events = await new PrismaEventLog(database).read(ADMIN.tenant.id, { limit: 10 });
    expect(events.map(({ action, subject, actor }) => [action, subject.id, actor])).toEqual([
      ['session.create', made.id, 'admin'],
      ['session.remove', made.id, 'admin'],
    ]);
  });

  it('extends a session', async () => {
    const made = await added({ expiresAt: NOW });
    await store.sessionByHash('h');
    await store.extendSession(made.id, LATER);
    expect((await store.sessionByHash('h'))?.expiresAt).toEqual(LATER);
  });

  it('removes the sessions that have ended, and no others', async () => {
    await added({ hash: 'ended', expiresAt: NOW });
    await added({ hash: 'alive', expiresAt: LATER });
    await store.sessionByHash('ended');
    await store.removeExpiredSessions(NOW);
    expect(await store.sessionByHash('ended')).toBeNull();
    expect(await store.sessionByHash('alive')).not.toBeNull();
  });
});
