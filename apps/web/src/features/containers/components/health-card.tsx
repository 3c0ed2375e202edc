import type { ContainerDetail, ContainerHealth, Healthcheck } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { Facts } from '@/components/ui/facts';
import { useFormat, useText } from '@/lib/i18n';
import { quoteWord } from '@/lib/split-command';
import { useContainer } from '../api/containers';
import { HealthProbes } from './health-probes';
import { HealthBadge } from './state-badge';

/** A probe is no event; the newest should be seen soon after it was made. */
const REFRESH_MS = 3000;

export function HealthCard({ container }: { container: ContainerDetail }) {
  const words = useText().health;
  const { healthcheck, health } = container;
  if (!healthcheck)
    return (
      <Card title={words.title}>
        <p className="text-faint">{words.none}</p>
      </Card>
    );
  return (
    <>
      {container.state === 'running' && <Freshness id={container.id} />}
      <Card title={words.title} actions={health && <Now health={health} />}>
        <CheckFacts check={healthcheck} />
        <h3 className="mt-4 mb-2 font-semibold text-[13px]">{words.probes}</h3>
        <HealthProbes probes={health?.probes ?? []} />
      </Card>
    </>
  );
}

/** Only while it is shown and something can happen. */
function Freshness({ id }: { id: string }) {
  useContainer(id, REFRESH_MS);
  return null;
}

function Now({ health }: { health: ContainerHealth }) {
  const words = useText().health;
  return (
    <span className="flex items-center gap-2">
      {health.failingStreak > 0 && <span className="text-faint text-xs">{words.failing(health.failingStreak)}</span>}
      <HealthBadge status={health.status} />
    </span>
  );
}

function CheckFacts({ check }: { check: Healthcheck }) {
  const words = useText().health;
  const format = useFormat();
  const time = (seconds: number) => format.duration(seconds * 1000);
  return (
    <Facts
      facts={[
        { label: words.command, value: check.command.map(quoteWord).join(' '), mono: true },
        { label: words.every, value: time(check.intervalSeconds) },
        { label: words.timeout, value: time(check.timeoutSeconds) },
        { label: words.retries, value: check.retries },
        ...(check.startPeriodSeconds > 0 ? [{ label: words.startPeriod, value: time(check.startPeriodSeconds) }] : []),
        { label: words.onUnhealthy, value: words.actions[check.onUnhealthy] },
      ]}
    />
  );
}
