import { z } from 'zod';

/** ISO 8601 instant in UTC, e.g. `2026-11-21T08:15:30.123Z`. Dates never cross the wire as Date objects. */
export const timestamp = z.iso.datetime();

/** Full container id: 64 lower-case hex digits, as in the Docker Engine API. */
export const containerId = z.string().regex(/^[a-f0-9]{64}$/);

/** A content digest as in the OCI image spec, `algorithm:hex`. */
export const digest = z.string().regex(/^sha256:[a-f0-9]{64}$/);

/**
 * Container names as Docker allows them: they become host names and file-safe labels, so the first character is
 * alphanumeric and no separator can appear.
 */
export const containerName = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, {
    error: 'use letters, digits, "_", "." and "-", starting with a letter or digit',
  });

/** Values that end up in line-based files or in the kernel's C strings must not carry control characters. */
export const singleLine = z
  .string()
  .max(4096)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
  .regex(/^[^\u0000\n\r]*$/, { error: 'must not contain line breaks or NUL' });

export const labels = z.record(z.string().min(1).max(256), z.string().max(65_536));

/** Environment variables: a name cannot hold `=`, and neither part can hold NUL, because the kernel passes C strings. */
export const environment = z.record(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing NUL is the purpose
  z.string().regex(/^[^=\u0000]+$/),
  z.string().max(131_072),
);
