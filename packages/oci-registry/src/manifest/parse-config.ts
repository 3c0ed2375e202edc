import { z } from 'zod';
import { type Digest, isDigest } from '../content/digest.js';
import { ContentInvalidError } from '../errors.js';

const MAX_STRINGS = 65_536;
const strings = z
  .array(z.string())
  .max(MAX_STRINGS)
  .nullish()
  .transform((list) => list ?? []);
// The JSON form of a Go set: { "80/tcp": {} }.
const keys = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((set) => Object.keys(set ?? {}));
const nanoseconds = z.number().nonnegative().optional();

const healthcheck = z.object({
  Test: strings,
  Interval: nanoseconds,
  Timeout: nanoseconds,
  StartPeriod: nanoseconds,
  StartInterval: nanoseconds,
  Retries: z.int().nonnegative().optional(),
});

const execution = z.object({
  User: z
    .string()
    .nullish()
    .transform((user) => user ?? ''),
  Env: strings,
  Entrypoint: strings,
  Cmd: strings,
  WorkingDir: z
    .string()
    .nullish()
    .transform((dir) => dir ?? ''),
  ExposedPorts: keys,
  Volumes: keys,
  Labels: z
    .record(z.string(), z.string())
    .nullish()
    .transform((labels) => labels ?? {}),
  StopSignal: z
    .string()
    .nullish()
    .transform((name) => name || undefined),
  Shell: strings,
  Healthcheck: healthcheck.nullish().transform((check) => check ?? undefined),
});

const configShape = z.object({
  os: z.string().max(64),
  architecture: z.string().max(64),
  variant: z.string().max(64).optional(),
  created: z
    .string()
    .max(64)
    .nullish()
    .transform((time) => time ?? undefined),
  author: z.string().optional(),
  config: execution.nullish(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.custom<Digest>(isDigest, 'is no digest')).nullish() }),
  history: z
    .array(
      z.object({
        created: z.string().nullish(),
        created_by: z.string().nullish(),
        comment: z.string().nullish(),
        empty_layer: z.boolean().nullish(),
      }),
    )
    .max(MAX_STRINGS)
    .nullish(),
});

/** What an image wants its containers to be, in the config's own spelling (OCI image spec, config.md). All of it is a stranger's wish. */
export type ImageExecution = z.infer<typeof execution>;

export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | undefined;
  /** RFC 3339, as written by the builder. */
  readonly created: string | undefined;
  readonly author: string | undefined;
  readonly config: ImageExecution;
  /** Digests of the uncompressed tars, lowest first; as many as the manifest has layers. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly ImageHistory[];
}

export interface ImageHistory {
  readonly created: string | undefined;
  readonly createdBy: string | undefined;
  readonly comment: string | undefined;
  /** The step made no layer. */
  readonly emptyLayer: boolean;
}

/**
 * Reads a config blob whose digest has been checked. Fields that are not listed above are dropped, and so are entries of
 * the environment that have no `=` or hold a zero byte.
 *
 * @throws ContentInvalidError
 */
export function parseImageConfig(bytes: Uint8Array, layerCount: number, name: string): ImageConfig {
  const shape = configShape.safeParse(parseJson(bytes, name));
  if (!shape.success) {
    const [issue] = shape.error.issues;
    throw new ContentInvalidError(`config of ${name} has a wrong field ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`);
  }
  const { rootfs, config, history, os, architecture, variant, created, author } = shape.data;
  const diffIds = rootfs.diff_ids ?? [];
  if (diffIds.length !== layerCount) {
    throw new ContentInvalidError(`config of ${name} counts ${diffIds.length} layers and its manifest ${layerCount}`);
  }
  const wish = config ?? execution.parse({});
  const Env = wish.Env.filter((entry) => entry.indexOf('=') > 0 && !entry.includes('\0'));
  return { os, architecture, variant, created, author, config: { ...wish, Env }, diffIds, history: (history ?? []).map(toHistory) };
}

function toHistory(step: NonNullable<z.infer<typeof configShape>['history']>[number]): ImageHistory {
  return {
    created: step.created ?? undefined,
    createdBy: step.created_by ?? undefined,
    comment: step.comment ?? undefined,
    emptyLayer: step.empty_layer ?? false,
  };
}

function parseJson(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ContentInvalidError(`config of ${name} is no JSON`);
  }
}
