import type { ContainerDetail } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { Facts } from '@/components/ui/facts';
import { useFormat, useText } from '@/lib/i18n';

export function IdentityFacts({ container }: { container: ContainerDetail }) {
  const text = useText();
  const format = useFormat();
  const words = text.inspect;
  const { name, maximumRetryCount } = container.restartPolicy;
  const time = (instant: string | null) => instant && format.dateTime(instant);
  return (
    <Card title={words.identity}>
      <Facts
        facts={[
          { label: words.id, value: container.id, mono: true },
          { label: words.imageId, value: container.imageId, mono: true },
          { label: words.created, value: time(container.createdAt) },
          { label: words.started, value: time(container.startedAt) },
          { label: words.finished, value: time(container.finishedAt) },
          { label: words.exitCode, value: container.exitCode },
          {
            label: words.restartPolicy,
            value: maximumRetryCount ? `${text.run.policies[name]} (${maximumRetryCount})` : text.run.policies[name],
          },
          { label: words.restartCount, value: container.restartCount },
        ]}
      />
    </Card>
  );
}
