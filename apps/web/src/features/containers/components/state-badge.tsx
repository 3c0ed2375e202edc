import type { ContainerSummary } from '@keelson/contracts';
import clsx from 'clsx';
import { useText } from '@/lib/i18n';

type Stateful = Pick<ContainerSummary, 'state' | 'exitCode' | 'oomKilled'>;

/** State in a word, with the exit code or "out of memory" where it ended badly. The dot is decoration. */
export function StateBadge({ container }: { container: Stateful }) {
  const text = useText();
  const { state, exitCode, oomKilled } = container;
  const over = state === 'exited' || state === 'restarting';
  const bad = over && (oomKilled || (exitCode !== null && exitCode !== 0));
  const reason = over && (oomKilled ? text.containers.oomKilled : exitCode !== null && text.containers.exitCode(exitCode));
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5 text-[13px]">
      <span
        aria-hidden
        className={clsx(
          'size-2 shrink-0 rounded-full',
          state === 'running' && 'bg-ok',
          bad && 'bg-bad',
          !bad && (state === 'exited' || state === 'created') && 'bg-line-strong',
          !bad &&
            state !== 'running' &&
            state !== 'exited' &&
            state !== 'created' &&
            'bg-warn [animation:shimmer_1.2s_ease-in-out_infinite]',
        )}
      />
      <span className={clsx('font-medium', state === 'running' && 'text-ok', bad && 'text-bad')}>{text.containers.states[state]}</span>
      {reason && <span className="text-faint text-xs">{reason}</span>}
    </span>
  );
}
