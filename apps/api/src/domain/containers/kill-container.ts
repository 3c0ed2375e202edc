import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { EventLog } from '../events/events.ports.js';
import type { Container } from './container.js';
import { containerEvent } from './container-events.js';
import { ContainerLocks } from './container-locks.js';
import { ContainerRegistry } from './container-registry.js';
import { mayProceed } from './container-state.js';
import { ContainerRuntime } from './containers.ports.js';
import type { DeathRequest } from './deaths/death.js';
import { SIGKILL, signalNumber } from './signals.js';
import { Stopper } from './stopper.js';

@Injectable()
export class KillContainer {
  constructor(
    private readonly registry: ContainerRegistry,
    private readonly locks: ContainerLocks,
    private readonly runtime: ContainerRuntime,
    private readonly stopper: Stopper,
    private readonly events: EventLog,
  ) {}

  /** SIGKILL returns once the container has ended, any other signal once it is delivered. */
  async execute(principal: Principal, reference: string, signal: string | number): Promise<Container> {
    const number = signalNumber(signal);
    const container = this.registry.find(principal.tenant.id, reference);
    if (number === SIGKILL) await this.stopper.end(container.id, { verb: 'kill', actor: principal.name, timeoutMs: null });
    else await this.locks.run(container.id, () => this.send(principal, container.id, number));
    await this.events.append(containerEvent(container, 'container.kill', principal.name, { signal: String(number) }));
    return this.registry.get(container.id) ?? container;
  }

  private async send(principal: Principal, id: string, signal: number): Promise<void> {
    const container = this.registry.find(principal.tenant.id, id);
    mayProceed(container, 'kill');
    const ends = signal === signalNumber(container.config.stopSignal);
    // Whoever sends the stop signal wants it to stay down, as docker reads it.
    const request: DeathRequest = { verb: 'kill', actor: principal.name, time: new Date(), signal, timeoutMs: null };
    await this.registry.update({ ...container, wanted: container.wanted && !ends, run: { ...container.run, request } });
    await this.runtime.signal(id, signal);
    // Other signals wait until somebody unpauses it.
    if (container.state === 'paused' && ends) await this.unpause(id);
  }

  private async unpause(id: string): Promise<void> {
    await this.runtime.unpause(id);
    const container = this.registry.get(id);
    if (container?.state === 'paused') await this.registry.observe({ ...container, state: 'running' });
  }
}
