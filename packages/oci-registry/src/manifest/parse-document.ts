import { z } from 'zod';
import { type Digest, isDigest } from '../content/digest.js';
import { ContentInvalidError } from '../errors.js';
import type { ImageIndex, LayerDescriptor, Manifest } from './document.js';
import {
  bareMediaType,
  CONFIG_TYPES,
  INDEX_TYPES,
  isGenericType,
  LAYER_COMPRESSION,
  MANIFEST_TYPES,
  SCHEMA1_TYPES,
} from './media-types.js';

// overlayfs takes at most 500 lower directories (OVL_MAX_STACK, fs/overlayfs/params.h).
const MAX_LAYERS = 500;
const MAX_INDEX_ENTRIES = 1024;
const MAX_ANNOTATIONS = 1024;

// zod drops fields that are not named: `urls` and `data` of a descriptor never come in, so no foreign URL is ever asked.
const digest = z.custom<Digest>(isDigest, 'is no sha256 or sha512 digest');
const descriptor = z.object({
  mediaType: z.string().min(1).max(255),
  digest,
  size: z.int().nonnegative(),
});
const platform = z.object({
  os: z.string().min(1).max(64),
  architecture: z.string().min(1).max(64),
  variant: z
    .string()
    .max(64)
    .optional()
    .transform((variant) => variant || undefined),
});
const annotations = z
  .record(z.string().max(1024), z.string().max(65_536))
  .refine((entries) => Object.keys(entries).length <= MAX_ANNOTATIONS, 'has too many entries');
const manifestShape = z.object({
  schemaVersion: z.literal(2),
  config: descriptor,
  layers: z.array(descriptor).max(MAX_LAYERS),
  annotations: annotations.nullish().transform((entries) => entries ?? {}),
});
const indexShape = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(descriptor.extend({ platform: platform.optional().catch(undefined) })).max(MAX_INDEX_ENTRIES),
});

/**
 * Reads a manifest or index whose digest has been checked.
 *
 * @param contentType what the registry, or the descriptor that led here, says the bytes are; the bytes must agree, or one
 *   digest could be read as two different things (CVE-2021-41190)
 * @param name for error sentences
 * @throws ContentInvalidError
 */
export function parseDocument(bytes: Uint8Array, contentType: string | undefined, name: string): Manifest | ImageIndex {
  const raw = parseObject(bytes, name);
  const mediaType = boundMediaType(raw, bareMediaType(contentType), name);
  const isIndex = INDEX_TYPES.has(mediaType);
  const foreign = isIndex ? ['layers', 'config'] : ['manifests'];
  if (foreign.some((field) => field in raw)) {
    throw invalid(name, 'can be read both as an image and as a list of images');
  }
  return isIndex ? toIndex(raw, mediaType, name) : toManifest(raw, mediaType, name);
}

function boundMediaType(raw: Record<string, unknown>, declared: string, name: string): string {
  const inside = typeof raw['mediaType'] === 'string' ? raw['mediaType'] : undefined;
  if (SCHEMA1_TYPES.has(declared) || raw['schemaVersion'] === 1) {
    throw invalid(name, 'is in the old format "schema 1", which is not supported; push the image again with a current client');
  }
  // Some servers call everything JSON: then only the document's own word is left.
  const mediaType = isGenericType(declared) ? inside : declared;
  if (mediaType === undefined) throw invalid(name, 'comes without a media type');
  if (inside !== undefined && inside !== mediaType) {
    throw invalid(name, `is announced as ${printable(mediaType)} and calls itself ${printable(inside)}`);
  }
  if (!MANIFEST_TYPES.has(mediaType) && !INDEX_TYPES.has(mediaType))
    throw invalid(name, `has the unknown media type ${printable(mediaType)}`);
  return mediaType;
}

function toManifest(raw: Record<string, unknown>, mediaType: string, name: string): Manifest {
  const { config, layers, annotations } = checked(manifestShape, raw, name);
  if (!CONFIG_TYPES.has(config.mediaType)) {
    throw invalid(name, `is no container image: its config has the media type ${printable(config.mediaType)}`);
  }
  return { kind: 'manifest', mediaType, config, layers: layers.map((layer) => toLayer(layer, name)), annotations };
}

function toLayer(layer: z.infer<typeof descriptor>, name: string): LayerDescriptor {
  const compression = LAYER_COMPRESSION.get(layer.mediaType);
  if (compression !== undefined) return { ...layer, compression };
  if (/nondistributable|foreign/.test(layer.mediaType)) {
    throw invalid(name, 'has a layer that must be fetched from somewhere else than its registry (a "foreign" layer)');
  }
  throw invalid(name, `has a layer of the unknown media type ${printable(layer.mediaType)}`);
}

function toIndex(raw: Record<string, unknown>, mediaType: string, name: string): ImageIndex {
  return { kind: 'index', mediaType, manifests: checked(indexShape, raw, name).manifests };
}

function parseObject(bytes: Uint8Array, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid(name, 'is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, 'is no JSON object');
  return value as Record<string, unknown>;
}

function checked<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(name, `has a wrong field ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`);
}

function invalid(name: string, why: string): ContentInvalidError {
  return new ContentInvalidError(`manifest of ${name} ${why}`);
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 128));
}
