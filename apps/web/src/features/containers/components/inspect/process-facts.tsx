import type { ContainerDetail } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { Facts, Lines } from '@/components/ui/facts';
import { useFormat, useText } from '@/lib/i18n';
import { quoteWord } from '@/lib/split-command';

export function ProcessFacts({ container }: { container: ContainerDetail }) {
  const text = useText();
  const format = useFormat();
  const words = text.inspect;
  const yesNo = (value: boolean) => (value ? text.common.yes : text.common.no);
  const { log } = container;
  return (
    <Card title={words.process}>
      <Facts
        facts={[
          { label: words.command, value: container.command.map(quoteWord).join(' '), mono: true },
          { label: words.workingDir, value: container.workingDir, mono: true },
          { label: words.user, value: container.user || text.imageDetail.root, mono: true },
          { label: words.hostname, value: container.hostname, mono: true },
          { label: words.tty, value: yesNo(container.tty) },
          { label: words.openStdin, value: yesNo(container.openStdin) },
          { label: words.init, value: yesNo(container.init) },
          { label: words.stopSignal, value: container.stopSignal, mono: true },
          { label: words.stopTimeout, value: format.duration(container.stopTimeoutSeconds * 1000) },
          { label: words.pid, value: container.pid },
          { label: words.env, value: <Lines values={container.env} /> },
          { label: words.labels, value: <Lines values={Object.entries(container.labels).map(([name, value]) => `${name}=${value}`)} /> },
          { label: words.logCaps, value: words.logCapsOf(format.number(log.maxFiles), format.bytes(log.maxBytes)) },
        ]}
      />
    </Card>
  );
}
