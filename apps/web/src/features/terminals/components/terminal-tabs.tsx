import clsx from 'clsx';
import { Plus, X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useText } from '@/lib/i18n';
import { type NewTerminal, SHELL, type Terminals } from '../model/open-terminals';

interface TerminalTabsProps {
  readonly terminals: Terminals;
  readonly nameOf: (key: number) => string;
  readonly canOpen: boolean;
  readonly onShow: (key: number) => void;
  readonly onClose: (key: number) => void;
  readonly onOpen: (wanted: NewTerminal) => void;
  readonly onAskCommand: () => void;
}

export function TerminalTabs({ terminals, nameOf, canOpen, onShow, onClose, onOpen, onAskCommand }: TerminalTabsProps) {
  const words = useText().terminals;
  return (
    <div className="flex items-center gap-1 border-line border-b bg-surface py-1 pr-1 pl-1.5">
      {/* No ARIA tabs: each has a second button, which a tab may not hold. */}
      <ul aria-label={words.list} className="flex min-w-0 flex-1 gap-1 overflow-x-auto">
        {terminals.list.map(({ key }) => (
          <li
            key={key}
            className={clsx('flex shrink-0 items-center rounded-md', key === terminals.shown ? 'bg-accent-soft text-accent' : 'text-soft')}
          >
            <button
              type="button"
              aria-pressed={key === terminals.shown}
              onClick={() => onShow(key)}
              className="max-w-48 truncate py-1 pl-2.5 font-medium text-[13px] -outline-offset-2"
            >
              {nameOf(key)}
            </button>
            <button
              type="button"
              aria-label={words.closeNamed(nameOf(key))}
              onClick={() => onClose(key)}
              className="m-0.5 rounded p-1 -outline-offset-2 hover:text-ink"
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </li>
        ))}
      </ul>
      {terminals.list.length > 0 && <span className="hidden text-faint text-xs lg:inline">{words.leaveHint}</span>}
      <Menu
        trigger={
          <Button small tone="quiet" disabled={!canOpen}>
            <Plus aria-hidden />
            {words.open}
          </Button>
        }
      >
        <MenuItem onSelect={() => onOpen({ command: [...SHELL] })}>{words.shell}</MenuItem>
        <MenuItem onSelect={() => onOpen({})}>{words.attach}</MenuItem>
        <MenuItem onSelect={onAskCommand}>{words.other}</MenuItem>
      </Menu>
    </div>
  );
}
