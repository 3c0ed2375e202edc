import { useEffect, useState } from 'react';
import {
  type NewTerminal,
  parseTerminals,
  SHELL,
  type Terminals,
  withoutTerminal,
  withSession,
  withTerminal,
} from '../model/open-terminals';

/** The terminals of a container in this tab. They are kept over a reload; where there are none yet, a running container gets a shell. */
export function useTerminals(container: string, running: boolean) {
  const key = `keelson.terminals.${container}`;
  const [terminals, setTerminals] = useState(() => initial(sessionStorage.getItem(key), running));
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(terminals)), [key, terminals]);
  return {
    terminals,
    open: (wanted: NewTerminal) => setTerminals((before) => withTerminal(before, wanted)),
    close: (which: number) => setTerminals((before) => withoutTerminal(before, which)),
    show: (which: number) => setTerminals((before) => ({ ...before, shown: which })),
    opened: (which: number, session: string) => setTerminals((before) => withSession(before, which, session)),
  };
}

function initial(stored: string | null, running: boolean): Terminals {
  const kept = parseTerminals(stored);
  return stored === null && running ? withTerminal(kept, { command: [...SHELL] }) : kept;
}
