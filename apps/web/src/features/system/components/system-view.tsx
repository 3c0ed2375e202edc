import type { SystemInfo } from '@keelson/contracts';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { Page } from '@/components/layout/page';
import { Card } from '@/components/ui/card';
import { Facts } from '@/components/ui/facts';
import { Meter } from '@/components/ui/progress';
import { Remote } from '@/components/ui/remote';
import { useFormat, useText } from '@/lib/i18n';
import { useSystem } from '../api/system';

export function SystemView() {
  const text = useText();
  return (
    <Page title={text.system.title}>
      <Remote query={useSystem()} rows={8}>
        {(info) => <Information info={info} />}
      </Remote>
    </Page>
  );
}

function Information({ info }: { info: SystemInfo }) {
  const text = useText();
  const format = useFormat();
  const words = text.system;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <div className="space-y-4">
        <Usage info={info} />
        <Warnings warnings={info.warnings} />
        <Card title={words.server}>
          <Facts
            facts={[
              { label: words.version, value: info.version },
              { label: words.root, value: info.root, mono: true },
              { label: words.dockerSocket, value: info.dockerSocket, mono: true },
            ]}
          />
        </Card>
      </div>
      <Card title={words.host}>
        <Facts
          facts={[
            { label: words.hostname, value: info.hostname },
            { label: words.operatingSystem, value: info.operatingSystem },
            { label: words.kernel, value: info.kernel },
            { label: words.architecture, value: info.architecture },
            { label: words.cpus, value: format.number(info.cpus) },
            { label: words.memory, value: format.bytes(info.memoryBytes) },
            { label: words.cgroup, value: `v${info.cgroupVersion}` },
            { label: words.swapLimit, value: info.swapLimit ? words.swapEnforced : words.swapNotEnforced },
          ]}
        />
      </Card>
    </div>
  );
}

function Usage({ info }: { info: SystemInfo }) {
  const text = useText();
  const format = useFormat();
  const { disk, containers, rootfs } = info;
  return (
    <Card title={text.system.usage}>
      <Facts
        facts={[
          { label: text.shell.containers, value: text.system.running(format.number(containers.running), format.number(containers.total)) },
          { label: text.shell.images, value: format.number(info.images) },
          {
            label: text.system.disk,
            value: (
              <div className="space-y-1.5">
                <span>{text.system.diskFree(format.bytes(disk.freeBytes), format.bytes(disk.totalBytes))}</span>
                <Meter label={text.system.disk} fraction={1 - disk.freeBytes / disk.totalBytes} />
              </div>
            ),
          },
          { label: text.system.rootfs, value: text.system.rootfsKeepers[rootfs.keptBy] },
          {
            label: text.system.promised,
            value:
              rootfs.tenantBytes === null
                ? format.bytes(rootfs.promisedBytes)
                : text.containers.ofLimit(format.bytes(rootfs.promisedBytes), format.bytes(rootfs.tenantBytes)),
          },
        ]}
      />
    </Card>
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  const text = useText();
  return (
    <Card title={text.system.warnings}>
      {warnings.length === 0 ? (
        <p className="flex items-center gap-2 text-soft">
          <CircleCheck aria-hidden className="size-4 text-ok" />
          {text.system.noWarnings}
        </p>
      ) : (
        <ul className="space-y-2">
          {warnings.map((warning) => (
            <li key={warning} className="flex gap-2">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
              {warning}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
