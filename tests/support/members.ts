import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Instance } from './server.js';

interface Member {
  readonly name: string;
  readonly tenant: string;
  readonly role: 'admin' | 'member';
}

/** Puts a person, and the tenant where it is new, into the instance's database; returns the token of that person. */
export function addMember({ root }: Instance, { name, tenant, role }: Member): string {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest('hex');
  const now = new Date().toISOString();
  const database = new DatabaseSync(join(root, 'keelson.db'));
  try {
    database.prepare('INSERT OR IGNORE INTO "Tenant" (id, name, "createdAt") VALUES (?, ?, ?)').run(tenant, tenant, now);
    database
      .prepare('INSERT INTO "User" (id, name, role, "tenantId", "createdAt") VALUES (?, ?, ?, ?, ?)')
      .run(name, name, role, tenant, now);
    const add = database.prepare('INSERT INTO "ApiToken" (id, name, hash, "userId", "createdAt") VALUES (?, ?, ?, ?, ?)');
    add.run(randomUUID(), 'test', hash, name, now);
  } finally {
    database.close();
  }
  return token;
}
