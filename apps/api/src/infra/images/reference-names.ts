import {
  familiarName,
  formatCanonical,
  formatFamiliar,
  parseReference,
  type Reference,
  ReferenceInvalidError,
} from '@keelson/oci-registry';
import { DomainError } from '../../domain/errors.js';
import type { ImageName } from '../../domain/images/images.js';
import { ImageNames } from '../../domain/images/images.ports.js';

/** References by the grammar of the registry client. */
export class ReferenceNames extends ImageNames {
  override parse(text: string): ImageName {
    const reference = parsed(text);
    return {
      canonical: formatCanonical(reference),
      familiar: formatFamiliar(reference),
      repository: `${reference.domain}/${reference.repository}`,
      tag: reference.tag ?? null,
      digest: reference.digest ?? null,
    };
  }

  override familiar(canonical: string): string {
    const reference = parsed(canonical);
    return reference.digest === undefined ? formatFamiliar(reference) : `${familiarName(reference)}@${reference.digest}`;
  }
}

function parsed(text: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof ReferenceInvalidError) throw new DomainError('reference_invalid', error.message, { field: 'reference' });
    throw error;
  }
}
