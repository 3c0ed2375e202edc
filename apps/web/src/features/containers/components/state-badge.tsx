import type { ContainerSummary, HealthStatus } from '@keelson/contracts';
import clsx from 'clsx';
import { HeartCrack, HeartPulse } from 'lucide-react';
import { useText } from '@/lib/i18n';

type Stateful = Pick<ContainerSummary, 'state' | 'exitCode' | 'oomKilled' | 'healthStatus'>;

/** State in a word, with the exit code or "out of memory" where it ended badly. The dot is decoration. */
export function StateBadge({ container }: { container: Stateful }) {
  const text = useText();
  const { state, exitCode, oomKilled, healthStatus } = container;
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
      {state === 'running' && healthStatus && <HealthBadge status={healthStatus} />}
    </span>
  );
}

const HEALTH_TONES: Record<HealthStatus, string> = {
  starting: 'bg-sunken text-soft',
  healthy: 'bg-ok-soft text-ok',
  unhealthy: 'bg-bad-soft text-bad',
};

export function HealthBadge({ status }: { status: HealthStatus }) {
  const text = useText();
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 whitespace-nowrap rounded-full px-1.5 py-px font-medium text-xs',
        HEALTH_TONES[status],
      )}
    >
      {status === 'unhealthy' ? <HeartCrack aria-hidden className="size-3" /> : <HeartPulse aria-hidden className="size-3" />}
      {text.containers.health[status]}
    </span>
  );
}
