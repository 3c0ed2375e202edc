import { z } from 'zod';
import { timestamp } from './common.js';

/** Signing in: the token of a one-time link, or an API token such as the one in `$KEELSON_ROOT/admin-token`. */
export const signInInput = z.strictObject({ token: z.string().min(1).max(256) });

export const session = z.object({
  principal: z.object({ id: z.string(), name: z.string(), role: z.enum(['admin', 'member']) }),
  tenant: z.object({ id: z.string(), name: z.string() }),
  expiresAt: timestamp,
});
export type Session = z.infer<typeof session>;
