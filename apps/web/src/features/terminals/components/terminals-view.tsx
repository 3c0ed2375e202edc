import type { ContainerDetail } from '@keelson/contracts';
import { SquareTerminal } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRef, useState } from 'react';
import { Card, EmptyState } from '@/components/ui/card';
import { useText } from '@/lib/i18n';
import { quoteWord } from '@/lib/split-command';
import { useTerminals } from '../hooks/use-terminals';
import { isShell } from '../model/open-terminals';
import { CommandDialog } from './command-dialog';
import type { ScreenHandle } from './terminal-screen';
import { TerminalTabs } from './terminal-tabs';

/** xterm touches the document when it is loaded, so it is left out of the exported page. */
const TerminalScreen = dynamic(() => import('./terminal-screen'), { ssr: false });

export function TerminalsView({ container: { id, state } }: { container: Pick<ContainerDetail, 'id' | 'state'> }) {
  const words = useText().terminals;
  const running = state === 'running';
  const { terminals, open, close, show, opened } = useTerminals(id, running);
  const [asking, setAsking] = useState(false);
  const screens = useRef(new Map<number, ScreenHandle>());
  const nameOf = (key: number) => {
    const command = terminals.list.find((terminal) => terminal.key === key)?.command;
    const what = command === undefined ? words.attached : isShell(command) ? words.shell : command.map(quoteWord).join(' ');
    return `${key} · ${what}`;
  };
  const end = (key: number) => {
    screens.current.get(key)?.end();
    close(key);
  };
  return (
    <Card flush>
      <div data-terminals className="overflow-hidden rounded-lg">
        <TerminalTabs
          terminals={terminals}
          nameOf={nameOf}
          canOpen={running}
          onShow={show}
          onClose={end}
          onOpen={open}
          onAskCommand={() => setAsking(true)}
        />
        {terminals.list.map((terminal) => (
          <TerminalScreen
            key={terminal.key}
            ref={(handle) => {
              if (!handle) return;
              screens.current.set(terminal.key, handle);
              return () => {
                screens.current.delete(terminal.key);
              };
            }}
            container={id}
            terminal={terminal}
            name={nameOf(terminal.key)}
            shown={terminal.key === terminals.shown}
            onOpened={(session) => opened(terminal.key, session)}
          />
        ))}
        {terminals.list.length === 0 && (
          <EmptyState
            icon={<SquareTerminal aria-hidden />}
            title={running ? words.empty : words.notRunning}
            hint={running ? words.emptyHint : words.notRunningHint}
          />
        )}
      </div>
      <CommandDialog open={asking} onOpenChange={setAsking} onOpen={open} />
    </Card>
  );
}
