export type { DownloadProgress } from './blob/download-blob.js';
export {
  createRegistryClient,
  type DownloadOptions,
  type RegistryClient,
  type RegistryClientOptions,
  type ResolveOptions,
} from './client.js';
export type { Descriptor } from './content/descriptor.js';
export type { Digest, DigestAlgorithm } from './content/digest.js';
export * from './errors.js';
export type { ImageIndex, LayerDescriptor, Manifest, Platform } from './manifest/document.js';
export type { ImageConfig, ImageExecution, ImageHistory } from './manifest/parse-config.js';
export { familiarName, formatCanonical, formatFamiliar } from './reference/format-reference.js';
export { parseReference } from './reference/parse-reference.js';
export type { Reference } from './reference/reference.js';
export type { ResolvedImage } from './resolve-image.js';
export type { Credentials } from './transport/basic.js';
