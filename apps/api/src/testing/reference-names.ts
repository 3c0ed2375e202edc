import type { ImageNames } from '../domain/images/images.ports.js';
import { ReferenceNames } from '../infra/images/reference-names.js';

/** The real grammar, for tests above infra. */
export const referenceNames: ImageNames = new ReferenceNames();
