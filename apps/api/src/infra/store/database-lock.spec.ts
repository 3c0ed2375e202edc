import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DATABASES, type TestDatabase } from '../../testing/test-database.js';
import { DatabaseLock } from './database-lock.js';

describe('the lock of a database', () => {
  it('says in a sentence that the database cannot be reached', async () => {
    await expect(DatabaseLock.take('postgresql://keelson@127.0.0.1:1/keelson')).rejects.toThrow(
      'cannot use the database: connect ECONNREFUSED 127.0.0.1:1; check KEELSON_DATABASE_URL',
    );
  });

  describe.each(DATABASES.filter(([name]) => name === 'PostgreSQL'))('on %s', (_, make) => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await make();
    });
    afterEach(() => database.remove());

    it('keeps a second server out until the first lets go', async () => {
      const first = await DatabaseLock.take(database.url);
      await expect(DatabaseLock.take(database.url)).rejects.toThrow('another Keelson server uses this database');
      await first.release();
      await (await DatabaseLock.take(database.url)).release();
    });

    it('waits for a server that is just going', async () => {
      const first = await DatabaseLock.take(database.url);
      const second = DatabaseLock.take(database.url);
      await first.release();
      await (await second).release();
    });

    it('is taken again when the database has lost the connection', async () => {
      const first = await DatabaseLock.take(database.url);
      const admin = new Client({ connectionString: database.url });
      await admin.connect();
      const holder =
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
      const { rows } = await admin.query(holder);
      await admin.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await vi.waitFor(async () => {
        const [now] = (await admin.query(holder)).rows;
        expect(now?.pid ?? rows[0].pid).not.toBe(rows[0].pid);
      }, 5_000);
      await first.release();
      await admin.end();
      await (await DatabaseLock.take(database.url)).release();
    });

    it('says in a sentence that there is no such database', async () => {
      const url = Object.assign(new URL(database.url), { pathname: '/keelson_nowhere' }).href;
      await expect(DatabaseLock.take(url)).rejects.toThrow('cannot use the database: database "keelson_nowhere" does not exist;');
    });
  });
});
