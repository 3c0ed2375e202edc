import { createRegistryClient, type RegistryClient, type RegistryClientOptions } from '@keelson/oci-registry';
import type { RegistryCredentials } from '../../domain/images/images.js';

export type RegistrySettings = Pick<RegistryClientOptions, 'version' | 'mirrors' | 'insecureRegistries' | 'proxy' | 'retry'>;

export interface BorrowedClient {
  readonly client: RegistryClient;
  giveBack(): Promise<void>;
}

/** One client for each tenant, because a client keeps the tokens it got; pulls with a password have one of their own. */
export class RegistryClients {
  private readonly byTenant = new Map<string, RegistryClient>();

  constructor(private readonly settings: RegistrySettings) {}

  borrow(tenantId: string, registry: string, credentials: RegistryCredentials | undefined): BorrowedClient {
    if (credentials === undefined) return { client: this.ofTenant(tenantId), giveBack: async () => undefined };
    // The password is for the registry of the reference, not for a mirror that is asked before it.
    const client = createRegistryClient({
      ...this.settings,
      credentials: async (asker) => (asker === registry ? { ...credentials } : undefined),
    });
    return { client, giveBack: () => client.close() };
  }

  async close(): Promise<void> {
    await Promise.all([...this.byTenant.values()].map((client) => client.close()));
    this.byTenant.clear();
  }

  private ofTenant(tenantId: string): RegistryClient {
    const client = this.byTenant.get(tenantId) ?? createRegistryClient(this.settings);
    this.byTenant.set(tenantId, client);
    return client;
  }
}
