import { parse } from 'yaml';
import { z } from 'zod';

/** The released versions (SPEC.md, "Released versions"); each only added fields. */
const VERSIONS = new Set(['0.3.0', '0.4.0', '0.5.0', '0.6.0', '0.7.0', '0.8.0', '1.0.0', '1.1.0']);

const ALNUM = 'a-zA-Z0-9';
const VENDOR = `[a-zA-Z](?:[${ALNUM}_.-]*[${ALNUM}])?`;
const CLASS = VENDOR;
const NAME = `[${ALNUM}](?:[${ALNUM}_.:-]*[${ALNUM}])?`;

const absolute = z
  .string()
  .max(4096)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
  .regex(/^\/[^\u0000\n]*$/, 'must be an absolute path')
  .refine((path) => !path.split('/').includes('..'), 'must be without ".."');
const id = z.int().min(0).max(0xffff_ffff);
const annotations = z.record(z.string(), z.string());

const deviceNode = z.strictObject({
  path: absolute,
  hostPath: absolute.optional(),
  type: z.enum(['b', 'c', 'u', 'p', '']).optional(),
  major: z.int().min(0).max(4095).optional(),
  minor: z.int().min(0).max(1_048_575).optional(),
  fileMode: z.int().min(0).optional(),
  permissions: z
    .string()
    .regex(/^[rwm]{0,3}$/, 'must be made of r, w and m')
    .optional(),
  uid: id.optional(),
  gid: id.optional(),
});

const mount = z.strictObject({
  hostPath: z.string().max(4096),
  containerPath: absolute,
  type: z.string().optional(),
  options: z.array(z.string().max(256)).max(64).nullish(),
});

const hook = z.strictObject({
  hookName: z.enum(['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop']),
  path: absolute,
  args: z.array(z.string().max(65_536)).max(4096).nullish(),
  env: z.array(z.string()).nullish(),
  timeout: z.int().nullish(),
});

const edits = z.strictObject({
  env: z
    .array(
      z
        .string()
        .max(131_072)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the kernel passes C strings
        .regex(/^[^=\u0000]+=[^\u0000]*$/, 'must be NAME=value'),
    )
    .max(1024)
    .nullish(),
  deviceNodes: z.array(deviceNode).max(1024).nullish(),
  mounts: z.array(mount).max(1024).nullish(),
  hooks: z.array(hook).max(256).nullish(),
  additionalGids: z.array(id).max(64).nullish(),
  intelRdt: z.record(z.string(), z.unknown()).nullish(),
  netDevices: z.array(z.record(z.string(), z.unknown())).nullish(),
});
export type SpecEdits = z.output<typeof edits>;

const spec = z.strictObject({
  cdiVersion: z.string().refine((version) => VERSIONS.has(version.replace(/^v/, '')), `must be one of ${[...VERSIONS].join(', ')}`),
  kind: z.string().regex(new RegExp(`^${VENDOR}/${CLASS}$`), 'must be vendor.com/class'),
  annotations: annotations.nullish(),
  devices: z
    .array(
      z.strictObject({
        name: z.string().regex(new RegExp(`^${NAME}$`), 'must be made of letters, digits, "_", "-", "." and ":"'),
        annotations: annotations.nullish(),
        containerEdits: edits.nullish(),
      }),
    )
    .min(1)
    .max(4096),
  containerEdits: edits.nullish(),
});
export type Spec = z.output<typeof spec>;

/** @throws Error with one sentence that names the place in the file. */
export function parseSpec(text: string, file: string): Spec {
  const parsed = spec.safeParse(file.endsWith('.json') ? JSON.parse(text) : parse(text, { maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('') ?? '';
  throw new Error(`${place.replace(/^\./, '') || 'the document'}: ${issue?.message ?? 'is no CDI spec'}`);
}
