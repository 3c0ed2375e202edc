import clsx from 'clsx';
import { type Ref, useImperativeHandle, useRef } from 'react';
import { useFormat, useText } from '@/lib/i18n';
import type { TerminalStatus } from '../api/terminal-connection';
import { useScreen } from '../hooks/use-screen';
import type { OpenTerminal } from '../model/open-terminals';
import '@xterm/xterm/css/xterm.css';

export interface ScreenHandle {
  /** Hangs up what runs in the terminal. */
  readonly end: () => void;
}

interface TerminalScreenProps {
  readonly ref: Ref<ScreenHandle>;
  readonly container: string;
  readonly terminal: OpenTerminal;
  readonly name: string;
  /** One that is not shown lives on behind it. */
  readonly shown: boolean;
  readonly onOpened: (session: string) => void;
}

export default function TerminalScreen({ ref, container, terminal, name, shown, onOpened }: TerminalScreenProps) {
  const text = useText();
  const format = useFormat();
  const element = useRef<HTMLDivElement>(null);
  const gapText = (bytes: number) => text.terminals.gap(format.bytes(bytes));
  const { status, end } = useScreen({ element, container, terminal, shown, onOpened, gapText });
  useImperativeHandle(ref, () => ({ end }));
  return (
    <section
      aria-label={text.terminals.screen(name)}
      className={clsx('flex h-[55dvh] flex-col md:h-[calc(100dvh-18.75rem)] md:min-h-80', !shown && 'hidden')}
    >
      <div ref={element} className="min-h-0 flex-1 overflow-hidden bg-term p-2 pr-0" />
      <StatusLine status={status} />
    </section>
  );
}

function StatusLine({ status }: { status: TerminalStatus }) {
  const words = useText().terminals;
  if (status.type === 'open' || status.type === 'connecting') return null;
  const sentence = status.type === 'ended' ? words.ended(status.exitCode) : status.type === 'failed' ? status.message : words.lost;
  return (
    <p
      role="status"
      className={clsx(
        'border-term-faint/30 border-t bg-term px-3 py-1.5 text-xs',
        status.type === 'failed' ? 'text-term-bad' : status.type === 'lost' ? 'text-term-warn' : 'text-term-faint',
      )}
    >
      {sentence}
    </p>
  );
}
