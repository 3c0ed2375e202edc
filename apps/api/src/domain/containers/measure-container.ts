import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import type { Container } from './container.js';
import { ContainerRuntime } from './containers.ports.js';
import { InspectContainer } from './inspect-container.js';

export interface Measured {
  readonly container: Container;
  /** Of its own files; null where nobody counts them. */
  readonly rootfsUsedBytes: number | null;
}

@Injectable()
export class MeasureContainer {
  constructor(
    private readonly inspect: InspectContainer,
    private readonly runtime: ContainerRuntime,
  ) {}

  /** Throws `container_not_found`. */
  async execute(principal: Principal, reference: string): Promise<Measured> {
    const container = this.inspect.execute(principal, reference);
    return { container, rootfsUsedBytes: await this.runtime.rootfsUsedBytes(container) };
  }
}
