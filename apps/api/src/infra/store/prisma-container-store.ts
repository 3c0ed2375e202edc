import { Injectable } from '@nestjs/common';
import type { Container } from '../../domain/containers/container.js';
import { ContainerStore } from '../../domain/containers/containers.ports.js';
import { DomainError } from '../../domain/errors.js';
import type { EventDraft } from '../../domain/events/events.js';
import { containerOf, containerRow } from './container-row.js';
import { Database } from './database.js';
import { brokenUnique } from './store-error.js';

@Injectable()
export class PrismaContainerStore extends ContainerStore {
  constructor(private readonly database: Database) {
    super();
  }

  async all(): Promise<Container[]> {
    const rows = await this.database.ask((client) => client.container.findMany({ orderBy: { createdAt: 'asc' } }));
    return rows.map(containerOf);
  }

  async insert(container: Container, event: EventDraft): Promise<void> {
    await this.database
      // createMany writes without reading the row back.
      .write([event], (client) => [client.container.createMany({ data: [containerRow(container)] })])
      .catch((error: unknown) => {
        throw brokenUnique(error, 'name') ? nameTaken(container, error) : error;
      });
  }

  async update(container: Container, events: readonly EventDraft[]): Promise<void> {
    const { id, tenantId, createdAt, ...data } = containerRow(container);
    await this.database
      .write(events, (client) => [client.container.updateMany({ where: { id, tenantId }, data })])
      .catch((error: unknown) => {
        throw brokenUnique(error, 'name') ? nameTaken(container, error) : error;
      });
  }

  async remove({ id, tenantId }: Container, event: EventDraft): Promise<void> {
    await this.database.write([event], (client) => [client.container.deleteMany({ where: { id, tenantId } })]);
  }
}

function nameTaken({ name }: Container, cause: unknown): DomainError {
  return new DomainError(
    'container_name_taken',
    `another container is called "${name}"; choose another name or remove it`,
    { name },
    { cause },
  );
}
