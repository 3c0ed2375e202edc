import { type Image, SILENT_IMAGE } from '../../domain/images/images.js';
import type { Image as Row } from './generated/sqlite/client.js';

export function imageRow({ references, repoDigests, config, layers, ...image }: Image): Row {
  return { ...image, repoDigests: JSON.stringify(repoDigests), config: JSON.stringify(config), layers: JSON.stringify(layers) };
}

export function imageOf({ references, repoDigests, config, layers, ...row }: Row & { references: { reference: string }[] }): Image {
  return {
    ...row,
    references: references.map(({ reference }) => reference).sort(),
    repoDigests: JSON.parse(repoDigests),
    // A row of an earlier version lacks what images could not say then.
    config: { ...SILENT_IMAGE, ...JSON.parse(config) },
    layers: JSON.parse(layers),
  };
}
