import { z } from 'zod';
import { timestamp } from './common.js';

/** An instant given by a client: RFC 3339, seconds since the epoch, or a duration back from now such as `10m` or `1h30m`. */
export const instant = z.string().max(64);

export const logQuery = z.object({
  /** Last N lines; absent or `all`: everything. */
  tail: z.union([z.literal('all'), z.coerce.number().int().min(0)]).optional(),
  since: instant.optional(),
  until: instant.optional(),
  follow: z.stringbool().default(false),
  timestamps: z.stringbool().default(true),
  /** Of the lines chosen by the rest of the query, only those that contain this. Parts of a line over 64 KiB are looked at one by one. */
  search: z.string().min(1).max(512).optional(),
  /** `search` is a regular expression in RE2's syntax, which has no back references and no look-around: its time is linear in the log. */
  regex: z.stringbool().default(false),
  ignoreCase: z.stringbool().default(false),
});

/** One NDJSON line of `GET /containers/:id/logs` and one message of the logs WebSocket. */
export const logMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('line'),
    stream: z.enum(['stdout', 'stderr']),
    /** With nanoseconds: `2026-11-21T08:15:30.123456789Z`; left out when timestamps=false. */
    time: z.string().optional(),
    /** Without its line break; a line over 64 KiB comes in parts of which only the last has partial=false. */
    text: z.string(),
    partial: z.boolean(),
  }),
  /** Here something is missing that the container wrote. */
  z.object({
    type: z.literal('gap'),
    /** Of the log; the 16 bytes that the log adds to each write are counted. */
    bytes: z.int(),
    /** Lines among them, where that is known. */
    lines: z.int().nullable().optional(),
    /** `rotated`: removed by the log's caps before this reader came to it; `torn`: lost in a crash; `disk_full`: there was no room. */
    reason: z.enum(['rotated', 'torn', 'disk_full']).optional(),
  }),
  /** The container is not running any more and everything was sent. */
  z.object({ type: z.literal('end'), exitCode: z.int().nullable(), finishedAt: timestamp.nullable() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type LogMessage = z.infer<typeof logMessage>;
