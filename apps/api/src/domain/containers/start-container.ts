import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { checkTenantPrivileges } from '../access/privileges.js';
import type { Container } from './container.js';
import { configPrivileges } from './container-config.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';
import { Launcher } from './launcher.js';
import { RestartScheduler } from './restart-scheduler.js';

@Injectable()
export class StartContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly scheduler: RestartScheduler,
    private readonly launcher: Launcher,
  ) {}

  async execute(principal: Principal, reference: string): Promise<Container> {
    const { id } = this.registry.find(principal.tenant.id, reference);
    return this.locks.run(id, async () => {
      const container = this.registry.find(principal.tenant.id, id);
      if (!mayProceed(container, 'start')) return container;
      checkTenantPrivileges(principal, configPrivileges(container.config));
      // Asked for by a user: pause and count of the policy begin anew.
      this.scheduler.cancel(id);
      return this.launcher.launch({ ...container, restartCount: 0 }, principal.name);
    });
  }
}
