import { z } from 'zod';
import { timestamp } from './common.js';

export const eventAction = z.enum([
  'container.create',
  'container.start',
  'container.exit',
  'container.oom',
  'container.stop',
  'container.kill',
  'container.restart',
  'container.pause',
  'container.unpause',
  'container.rename',
  'container.health',
  'container.update',
  'container.remove',
  'container.start_failed',
  'container.exec_start',
  'container.exec_exit',
  'image.pull',
  'image.import',
  'image.untag',
  'image.remove',
  'session.create',
  'session.remove',
  'tenant.update',
]);
export type EventAction = z.infer<typeof eventAction>;

export const keelsonEvent = z.object({
  /** Grows by one with each event of the instance; `after` resumes from it. */
  sequence: z.int(),
  time: timestamp,
  action: eventAction,
  subject: z.object({ type: z.enum(['container', 'image', 'session', 'tenant']), id: z.string(), name: z.string() }),
  /** Who asked: a principal's name, or `system` for what Keelson did by itself. */
  actor: z.string(),
  attributes: z.record(z.string(), z.string()),
});
export type KeelsonEvent = z.infer<typeof keelsonEvent>;

/** `GET /events`: NDJSON, the past after the given sequence or instant, then live while follow=true. */
export const eventQuery = z.object({
  after: z.coerce.number().int().min(0).optional(),
  since: z.string().max(64).optional(),
  follow: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

/** Messages of the events WebSocket. */
export const eventMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: keelsonEvent }),
  z.object({ type: z.literal('gap'), messages: z.int() }),
]);
export type EventMessage = z.infer<typeof eventMessage>;
