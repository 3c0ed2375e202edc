import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors.js';
import type { EventDraft } from '../events/events.js';
import { Faults } from '../faults.js';
import { ImageUsers } from '../images/images.ports.js';
import type { Container } from './container.js';
import { ContainerStore } from './containers.ports.js';
import { imagesOf } from './mounts.js';

/** Fewer digits of an id would name the wrong container too easily. */
const SHORTEST_PREFIX = 4;

interface NamedUser {
  readonly tenantId: string;
  readonly name: string;
  readonly imageIds: readonly string[];
}

/** All container records, in memory: lists and inspections never ask the database (D4). Writes go to the store first. */
@Injectable()
export class ContainerRegistry extends ImageUsers {
  private readonly byId = new Map<string, Container>();
  /** Tenant and name of what exists or is just being created, with the images it is made from. */
  private readonly names = new Map<string, NamedUser>();

  /** Of each tenant that was asked for: the newest first, until one of them changes. */
  private readonly lists = new Map<string, readonly Container[]>();

  private readonly listeners: ((container: Container) => void)[] = [];

  constructor(
    private readonly store: ContainerStore,
    private readonly faults: Faults,
  ) {
    super();
  }

  async load(): Promise<void> {
    for (const container of await this.store.all()) {
      this.names.set(key(container.tenantId, container.name), nameOf(container));
      this.byId.set(container.id, container);
    }
  }

  /** Told of every record as it becomes, after the store has it; must not throw. */
  onChange(listener: (container: Container) => void): void {
    this.listeners.push(listener);
  }

  all(): Container[] {
    return [...this.byId.values()];
  }

  get(id: string): Container | undefined {
    return this.byId.get(id);
  }

  /** Newest first. The same list as before where nothing has changed since. */
  list(tenantId: string): readonly Container[] {
    const known = this.lists.get(tenantId);
    if (known) return known;
    const own = this.all().filter((container) => container.tenantId === tenantId);
    own.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    if (own.length > 0) this.lists.set(tenantId, own);
    return own;
  }

  /** By full id, name, or at least four leading digits of an id. Throws `container_not_found`, also for another tenant's. */
  find(tenantId: string, reference: string): Container {
    const byId = this.byId.get(reference);
    if (byId?.tenantId === tenantId) return byId;
    const own = this.list(tenantId);
    const named = own.find(({ name }) => name === reference);
    if (named) return named;
    const fits = reference.length >= SHORTEST_PREFIX ? own.filter(({ id }) => id.startsWith(reference)) : [];
    if (fits.length > 1) {
      throw new DomainError('invalid_input', `${reference} fits ${fits.length} containers; give more digits of the id`, { field: 'id' });
    }
    if (!fits[0]) throw new DomainError('container_not_found', `no container ${reference}`, { container: reference });
    return fits[0];
  }

  isNameTaken(tenantId: string, name: string): boolean {
    return this.names.has(key(tenantId, name));
  }

  /** Keeps a name and its images for a creation under way. Throws `container_name_taken`. Returns the way to let go. */
  reserveName(tenantId: string, name: string, imageIds: readonly string[]): () => void {
    const place = key(tenantId, name);
    if (this.names.has(place)) {
      throw new DomainError('container_name_taken', `the name ${name} is taken; remove that container or choose another name`, { name });
    }
    this.names.set(place, { tenantId, name, imageIds });
    return () => this.names.delete(place);
  }

  async insert(container: Container, event: EventDraft): Promise<void> {
    await this.store.insert(container, event);
    this.keep(container);
  }

  /** What is wanted: nothing of it holds where it cannot be stored. */
  async update(container: Container, ...events: EventDraft[]): Promise<Container> {
    await this.store.update(container, events);
    return this.note(container);
  }

  /**
   * What has happened: a process runs or has ended whether or not that can be stored, so memory never says otherwise. Never rejects; what
   * could not be stored is reported, and the next start of the server learns it from the kernel and the exit record.
   */
  async observe(container: Container, ...events: EventDraft[]): Promise<Container> {
    await this.store.update(container, events).catch((error: unknown) => {
      this.faults.report(`store that container ${container.name} is ${container.state}`, error);
    });
    return this.note(container);
  }

  /** Throws `container_name_taken`; the old name is free afterwards. */
  async rename(container: Container, name: string, event: EventDraft): Promise<Container> {
    const release = this.reserveName(container.tenantId, name, imagesOf(container.config));
    try {
      const renamed = await this.update({ ...container, name }, event);
      this.names.delete(key(container.tenantId, container.name));
      return renamed;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A state that only this process needs to know; after a crash the kernel tells what became of it. */
  note(container: Container): Container {
    this.keep(container);
    for (const tell of this.listeners) tell(container);
    return container;
  }

  /** With what the store does not hold; nothing has changed, so nobody is told. */
  recall(container: Container): Container {
    this.keep(container);
    return container;
  }

  async remove(container: Container, event: EventDraft): Promise<void> {
    await this.store.remove(container, event);
    this.byId.delete(container.id);
    this.lists.delete(container.tenantId);
    this.names.delete(key(container.tenantId, container.name));
  }

  private keep(container: Container): void {
    this.byId.set(container.id, container);
    this.lists.delete(container.tenantId);
  }

  namesUsing(tenantId: string, imageId: string): string[] {
    const users = [...this.names.values()].filter((user) => user.tenantId === tenantId && user.imageIds.includes(imageId));
    return users.map(({ name }) => name);
  }
}

function key(tenantId: string, name: string): string {
  return `${tenantId}/${name}`;
}

function nameOf({ tenantId, name, config }: Container): NamedUser {
  return { tenantId, name, imageIds: imagesOf(config) };
}
