import type { ContainerSummary } from '@keelson/contracts';
import { EllipsisVertical, OctagonX, Pause, Play, RotateCw, Square, Trash2 } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useText } from '@/lib/i18n';
import type { Verb } from '../api/containers';
import { useVerbs } from '../hooks/use-verbs';
import { isAlive, offeredVerbs } from '../model/verbs';

const ICONS = { start: Play, stop: Square, restart: RotateCw, pause: Pause, unpause: Play, kill: OctagonX, remove: Trash2 };

interface VerbButtonsProps {
  readonly container: Pick<ContainerSummary, 'id' | 'name' | 'state'>;
  /** In a table: icons only, named after the container. */
  readonly compact?: boolean;
  readonly onRemoved?: () => void;
  /** Further items of the menu. */
  readonly children?: ReactNode;
}

/** The likely verb as a button, the others in a menu. */
export const VerbButtons = memo(function VerbButtons({ container, compact, onRemoved, children }: VerbButtonsProps) {
  const text = useText();
  const verbs = useVerbs(container, onRemoved);
  const offered = offeredVerbs(container.state);
  const first = offered.find((verb) => verb === 'start' || verb === 'stop');
  const { name } = container;
  const label = (verb: Verb) => text.containers[verb];
  const FirstIcon = first && ICONS[first];
  return (
    <div className="flex items-center justify-end gap-1">
      {first && FirstIcon && (
        <Button
          {...(compact && { tone: 'quiet', small: true, square: true, title: label(first) })}
          aria-label={compact ? (first === 'start' ? text.containers.startNamed(name) : text.containers.stopNamed(name)) : undefined}
          disabled={verbs.isPending}
          onClick={() => verbs.ask(first)}
        >
          <FirstIcon aria-hidden />
          {!compact && label(first)}
        </Button>
      )}
      {!compact && offered.includes('restart') && (
        <Button disabled={verbs.isPending} onClick={() => verbs.ask('restart')} className="hidden sm:inline-flex">
          <RotateCw aria-hidden />
          {label('restart')}
        </Button>
      )}
      <Menu
        trigger={
          <Button
            tone={compact ? 'quiet' : 'plain'}
            small={compact ?? false}
            square
            aria-label={text.containers.actions(name)}
            disabled={offered.length === 0}
          >
            <EllipsisVertical aria-hidden />
          </Button>
        }
      >
        {offered.map((verb) => {
          const Icon = ICONS[verb];
          return (
            <MenuItem key={verb} icon={<Icon aria-hidden />} danger={verb === 'kill' || verb === 'remove'} onSelect={() => verbs.ask(verb)}>
              {label(verb)}
            </MenuItem>
          );
        })}
        {children}
      </Menu>
      <ConfirmDialog
        open={verbs.asking !== undefined}
        onOpenChange={verbs.dismiss}
        title={verbs.asking === 'kill' ? text.containers.killTitle : text.containers.removeTitle}
        description={
          verbs.asking === 'kill'
            ? text.containers.killText(name)
            : `${text.containers.removeText(name)} ${isAlive(container.state) ? text.containers.removeRunning : ''}`
        }
        verb={verbs.asking === 'kill' ? text.containers.kill : text.containers.remove}
        onConfirm={verbs.confirm}
      />
    </div>
  );
});
