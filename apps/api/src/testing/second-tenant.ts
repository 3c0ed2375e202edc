import { mkdir } from 'node:fs/promises';
import type { Config } from '../config/config.js';
import type { Principal } from '../domain/access/principal.js';
import { digestOf, newSecret } from '../domain/access/secrets.js';
import { Database } from '../infra/store/database.js';
import { PrismaAccessStore } from '../infra/store/prisma-access-store.js';

const BEA: Principal = { id: 'bea', name: 'bea', role: 'member', tenant: { id: 'other', name: 'other' } };

/** Writes a principal of another tenant into an instance whose server does not run yet. Returns her token. */
export async function secondTenant(config: Config): Promise<string> {
  await mkdir(config.root, { recursive: true, mode: 0o700 });
  const database = await Database.open(config.databaseUrl);
  const store = new PrismaAccessStore(database);
  const token = newSecret();
  await store.ensurePrincipal(BEA);
  await store.setToken(BEA.id, 'test', digestOf(token));
  await database.close();
  return token;
}
