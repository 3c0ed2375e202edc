import type { ContainerDetail } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { Facts } from '@/components/ui/facts';
import { useFormat, useText } from '@/lib/i18n';
import { limitTexts } from '../../model/limit-texts';

export function LimitFacts({ container: { resources, cgroupPath, rootfs } }: { container: ContainerDetail }) {
  const text = useText();
  const format = useFormat();
  const shown = limitTexts(resources, { format, unlimited: text.common.unlimited, perSecond: text.metrics.perSecond });
  return (
    <Card title={text.inspect.limits}>
      <Facts
        facts={[
          ...shown.map(({ name, value }) => ({ label: text.limits[name], value, mono: name.startsWith('cpuset') })),
          ...(rootfs.usedBytes === null ? [] : [{ label: text.inspect.rootfsUsed, value: format.bytes(rootfs.usedBytes) }]),
          { label: text.inspect.rootfsKeptBy, value: text.inspect.rootfsKeepers[rootfs.keptBy] },
          { label: text.inspect.cgroup, value: cgroupPath, mono: true },
        ]}
      />
    </Card>
  );
}
