import { z } from 'zod';

/** One terminal of a container, as this tab of the browser remembers it over a reload. */
const openTerminal = z.object({
  /** Ours; counted up in the tab. */
  key: z.int(),
  /** The server's name for it, to come back with; absent until it was opened. */
  session: z.string().optional(),
  /** What is run; absent: attached to the container's main program. */
  command: z.array(z.string()).optional(),
  user: z.string().optional(),
});
export type OpenTerminal = z.infer<typeof openTerminal>;
export type NewTerminal = Pick<OpenTerminal, 'command' | 'user'>;

const terminals = z.object({ list: z.array(openTerminal), shown: z.int().optional() });
export type Terminals = z.infer<typeof terminals>;

export const NO_TERMINALS: Terminals = { list: [] };

/** bash where the image has it, else sh; a login profile is left out because images seldom have one. */
export const SHELL: readonly string[] = ['/bin/sh', '-c', 'command -v bash >/dev/null && exec bash || exec sh'];

export function isShell(command: readonly string[] | undefined): boolean {
  return command?.join(' ') === SHELL.join(' ');
}

export function withTerminal({ list }: Terminals, wanted: NewTerminal): Terminals {
  const key = Math.max(0, ...list.map((terminal) => terminal.key)) + 1;
  return { list: [...list, { key, ...wanted }], shown: key };
}

export function withoutTerminal({ list, shown }: Terminals, key: number): Terminals {
  const at = list.findIndex((terminal) => terminal.key === key);
  const left = list.filter((terminal) => terminal.key !== key);
  const next = shown === key ? (left[at] ?? left[at - 1])?.key : shown;
  return { list: left, ...(next !== undefined && { shown: next }) };
}

export function withSession({ list, ...rest }: Terminals, key: number, session: string): Terminals {
  return { ...rest, list: list.map((terminal) => (terminal.key === key ? { ...terminal, session } : terminal)) };
}

/** What an earlier page has stored, or none; a stored text is no more trusted than an answer. */
export function parseTerminals(stored: string | null): Terminals {
  try {
    return terminals.parse(JSON.parse(stored ?? ''));
  } catch {
    return NO_TERMINALS;
  }
}
