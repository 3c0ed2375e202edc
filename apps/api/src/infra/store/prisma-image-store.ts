import { Injectable } from '@nestjs/common';
import type { EventDraft } from '../../domain/events/events.js';
import type { Image } from '../../domain/images/images.js';
import { ImageStore } from '../../domain/images/images.ports.js';
import { Database } from './database.js';
import type { PrismaClient } from './generated/sqlite/client.js';
import { imageOf, imageRow } from './image-row.js';

const WITH_REFERENCES = { include: { references: { select: { reference: true } } } } as const;

@Injectable()
export class PrismaImageStore extends ImageStore {
  constructor(private readonly database: Database) {
    super();
  }

  async all(): Promise<Image[]> {
    const rows = await this.database.ask((client) => client.image.findMany({ ...WITH_REFERENCES, orderBy: { pulledAt: 'asc' } }));
    return rows.map(imageOf);
  }

  async save(image: Image, event: EventDraft): Promise<Image> {
    let merged = image;
    await this.database.write([event], async (client) => {
      merged = merge(image, await find(client, image));
      const row = imageRow(merged);
      return [
        client.image.upsert({ where: { tenantId_id: { tenantId: image.tenantId, id: image.id } }, create: row, update: row }),
        ...image.references.map((reference) => pointTo(client, image, reference)),
      ];
    });
    return merged;
  }

  async untag(tenantId: string, reference: string, event: EventDraft): Promise<void> {
    await this.database.write([event], (client) => [client.imageReference.deleteMany({ where: { tenantId, reference } })]);
  }

  /** Its references go with it. */
  async remove(tenantId: string, imageId: string, event: EventDraft): Promise<void> {
    await this.database.write([event], (client) => [client.image.deleteMany({ where: { tenantId, id: imageId } })]);
  }
}

async function find(client: PrismaClient, { tenantId, id }: Image): Promise<Image | null> {
  const row = await client.image.findUnique({ where: { tenantId_id: { tenantId, id } }, ...WITH_REFERENCES });
  return row && imageOf(row);
}

function pointTo(client: PrismaClient, { tenantId, id: imageId }: Image, reference: string) {
  return client.imageReference.upsert({
    where: { tenantId_reference: { tenantId, reference } },
    create: { tenantId, reference, imageId },
    update: { imageId },
  });
}

/** Pulled again by another name, an image keeps the names it had. */
function merge(image: Image, known: Image | null): Image {
  if (known === null) return image;
  const union = (before: readonly string[], now: readonly string[]) => [...new Set([...before, ...now])].sort();
  return {
    ...image,
    references: union(known.references, image.references),
    repoDigests: union(known.repoDigests, image.repoDigests),
  };
}
