import type { Container } from '../domain/containers/container.js';
import { ContainerStore, ImageCatalog, type RunnableImage } from '../domain/containers/containers.ports.js';
import { DomainError } from '../domain/errors.js';
import type { EventDraft, RecordedEvent } from '../domain/events/events.js';
import { EventLog } from '../domain/events/events.ports.js';
import { Faults } from '../domain/faults.js';
import { SILENT_IMAGE } from '../domain/images/images.js';

/** Records and events in one place, kept over "restarts" of the classes under test. */
export class MemoryStore extends ContainerStore {
  readonly rows = new Map<string, Container>();
  /** Changes of records are refused with it, as by a database that has gone away. */
  failUpdate: Error | null = null;

  constructor(private readonly events: MemoryEvents) {
    super();
  }

  override async all(): Promise<Container[]> {
    return [...this.rows.values()].map(({ lastDeath, ...container }) => container);
  }

  override async insert(container: Container, event: EventDraft): Promise<void> {
    this.rows.set(container.id, container);
    await this.events.append(event);
  }

  override async update(container: Container, events: readonly EventDraft[]): Promise<void> {
    if (this.failUpdate) throw this.failUpdate;
    this.rows.set(container.id, container);
    for (const event of events) await this.events.append(event);
  }

  override async remove(container: Container, event: EventDraft): Promise<void> {
    this.rows.delete(container.id);
    await this.events.append(event);
  }
}

export class MemoryEvents extends EventLog {
  readonly recorded: RecordedEvent[] = [];

  override async append(draft: EventDraft): Promise<RecordedEvent> {
    const event = { ...draft, sequence: this.recorded.length + 1 };
    this.recorded.push(event);
    return event;
  }

  override publish(): void {}

  override async read(): Promise<RecordedEvent[]> {
    return this.recorded;
  }

  override subscribe(): () => void {
    return () => undefined;
  }
}

/** Every tenant has busybox; only `default` has the image `private`. */
export class FakeImages extends ImageCatalog {
  override find(tenantId: string, reference: string): RunnableImage {
    if (reference !== 'busybox' && !(reference === 'private' && tenantId === 'default')) {
      throw new DomainError('image_not_found', `no image ${reference}`);
    }
    const config = { ...SILENT_IMAGE, cmd: ['sh'] };
    return { id: `sha256:${reference}`, config, layerPaths: ['/layers/1'] };
  }

  override byId(tenantId: string, imageId: string): RunnableImage {
    return this.find(tenantId, imageId.slice('sha256:'.length));
  }
}

export class CollectedFaults extends Faults {
  readonly told: string[] = [];

  override report(what: string, error: unknown): void {
    this.told.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
