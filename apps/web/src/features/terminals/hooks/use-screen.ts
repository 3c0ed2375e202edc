import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { TerminalConnection, type TerminalStatus } from '../api/terminal-connection';
import type { OpenTerminal } from '../model/open-terminals';
import { SCREEN_COLOURS } from '../model/screen-colours';

const FONT = '"JetBrains Mono Variable", ui-monospace, Menlo, Consolas, monospace';
const SCROLLBACK = 5000;

interface Screen {
  readonly element: RefObject<HTMLDivElement | null>;
  readonly container: string;
  readonly terminal: OpenTerminal;
  readonly shown: boolean;
  readonly onOpened: (session: string) => void;
  readonly gapText: (bytes: number) => string;
}

/** An xterm in `element`, connected for as long as the component lives. Gives its status and a way to end its process. */
export function useScreen({ element, container, terminal, shown, onOpened, gapText }: Screen) {
  const [status, setStatus] = useState<TerminalStatus>({ type: 'connecting' });
  const [parts, setParts] = useState<{ screen: Terminal; fit: FitAddon; connection: TerminalConnection }>();
  const opened = useEffectEvent(onOpened);
  const gap = useEffectEvent(gapText);
  // The session that `terminal` learns while it is open must not open it again.
  const start = useEffectEvent(() => terminal);

  useEffect(() => {
    if (!element.current) return;
    const screen = new Terminal({
      fontFamily: FONT,
      fontSize: 13,
      lineHeight: 1.2,
      scrollback: SCROLLBACK,
      cursorBlink: true,
      theme: SCREEN_COLOURS,
    });
    screen.attachCustomKeyEventHandler((event) => !leaves(event, element.current));
    const fit = new FitAddon();
    screen.loadAddon(fit);
    screen.open(element.current);
    fit.fit();
    const connection = new TerminalConnection(container, start(), sizeOf(screen), {
      onOutput: (bytes) => screen.write(bytes),
      onOpened: (session, resumed) => {
        if (resumed) screen.reset();
        opened(session);
      },
      onGap: (bytes) => screen.write(`\r\n\u001b[33m${gap(bytes)}\u001b[0m\r\n`),
      onStatus: setStatus,
    });
    screen.onData((text) => connection.type(text));
    screen.onBinary((text) => connection.bytes(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    screen.onResize(() => connection.resize(sizeOf(screen)));
    // A hidden element has no size to fit to.
    const observer = new ResizeObserver(() => element.current?.offsetParent && fit.fit());
    observer.observe(element.current);
    setParts({ screen, fit, connection });
    return () => {
      observer.disconnect();
      connection.leave();
      screen.dispose();
    };
  }, [container, element]);

  // Only once it answers: by then a menu or dialog it was opened from has given the focus back.
  const started = status.type !== 'connecting';
  useEffect(() => {
    if (shown && started) parts?.screen.focus();
  }, [shown, started, parts]);
  return { status, end: () => parts?.connection.end() };
}

/** A Terminal's own fields are no wire format. */
const sizeOf = ({ rows, cols }: Terminal) => ({ rows, cols });

/** Tab belongs to the shell, so another key brings the focus back to the page. True when it did. */
function leaves(event: KeyboardEvent, element: HTMLElement | null): boolean {
  if (event.key !== 'F6') return false;
  event.preventDefault();
  element?.closest<HTMLElement>('[data-terminals]')?.querySelector('button')?.focus();
  return true;
}
