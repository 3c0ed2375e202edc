import { z } from 'zod';
import { execInput } from './containers.js';

/**
 * The terminal WebSocket, `/api/v1/ws/terminal`. Binary frames carry bytes of the terminal both ways; text frames carry
 * these JSON messages. The first text frame of the client opens a terminal: `attach` to the container's own tty, `exec` a
 * new process, or `resume` a terminal this client had before (a page reload), which is kept for 60 s without a client.
 */
export const terminalClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('attach'),
    container: z.string().max(128),
    rows: z.int().min(1).max(1000),
    cols: z.int().min(1).max(1000),
  }),
  z.strictObject({
    type: z.literal('exec'),
    container: z.string().max(128),
    command: execInput.shape.command,
    user: execInput.shape.user,
    workingDir: execInput.shape.workingDir,
    rows: z.int().min(1).max(1000),
    cols: z.int().min(1).max(1000),
  }),
  z.strictObject({
    type: z.literal('resume'),
    terminal: z.string().max(64),
    rows: z.int().min(1).max(1000),
    cols: z.int().min(1).max(1000),
  }),
  z.strictObject({ type: z.literal('resize'), rows: z.int().min(1).max(1000), cols: z.int().min(1).max(1000) }),
  /** Ends the terminal: hangs up the process of an exec, only detaches from an attach. */
  z.strictObject({ type: z.literal('close') }),
]);
export type TerminalClientMessage = z.input<typeof terminalClientMessage>;

export const terminalServerMessage = z.discriminatedUnion('type', [
  /** `terminal` is the id to resume with; after a resume the last 64 KiB of output are replayed as binary frames. */
  z.object({ type: z.literal('opened'), terminal: z.string(), resumed: z.boolean() }),
  z.object({ type: z.literal('gap'), bytes: z.int() }),
  z.object({ type: z.literal('exit'), exitCode: z.int() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type TerminalServerMessage = z.infer<typeof terminalServerMessage>;
