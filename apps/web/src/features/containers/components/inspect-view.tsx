import type { ContainerDetail, NetworkMode } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { Facts, Lines } from '@/components/ui/facts';
import { useFormat, useText } from '@/lib/i18n';
import { quoteWord } from '@/lib/split-command';
import { useShownContainer } from '../hooks/use-shown-container';
import { portLabels } from '../model/addresses';

export function InspectView() {
  const text = useText();
  const container = useShownContainer();
  return (
    <div className="space-y-4">
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="space-y-4">
          <ProcessFacts container={container} />
          <LimitFacts container={container} />
        </div>
        <div className="space-y-4">
          <LifeFacts container={container} />
          <NetworkFacts container={container} />
        </div>
      </div>
      <CodeBlock title={text.inspect.raw} code={JSON.stringify(container, null, 2)} tall />
    </div>
  );
}

interface FactsProps {
  readonly container: ContainerDetail;
}

function ProcessFacts({ container }: FactsProps) {
  const text = useText();
  const words = text.inspect;
  const yesNo = (value: boolean) => (value ? text.common.yes : text.common.no);
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
          { label: words.pid, value: container.pid },
          { label: words.hostUidBase, value: container.hostUidBase },
          { label: words.env, value: <Lines values={container.env} /> },
          { label: words.labels, value: <Lines values={Object.entries(container.labels).map(([name, value]) => `${name}=${value}`)} /> },
        ]}
      />
    </Card>
  );
}

function LimitFacts({ container: { resources, cgroupPath } }: FactsProps) {
  const text = useText();
  const format = useFormat();
  const words = text.inspect;
  const limit = (value: number | undefined, show: (value: number) => string) =>
    value === undefined || value < 0 ? text.common.unlimited : show(value);
  return (
    <Card title={words.limits}>
      <Facts
        facts={[
          { label: words.memory, value: limit(resources.memoryBytes, format.bytes) },
          // Left out, it is twice the memory, as in Docker.
          { label: words.memorySwap, value: limit(resources.memorySwapBytes ?? twice(resources.memoryBytes), format.bytes) },
          { label: words.cpus, value: limit(resources.cpus, (cpus) => format.number(cpus, 2)) },
          { label: words.cpuShares, value: resources.cpuShares },
          { label: words.cpuset, value: resources.cpusetCpus },
          { label: words.pids, value: limit(resources.pidsLimit, format.number) },
          { label: words.cgroup, value: cgroupPath, mono: true },
        ]}
      />
    </Card>
  );
}

const twice = (bytes: number | undefined) => (bytes === undefined ? undefined : 2 * bytes);

function NetworkFacts({ container: { network, ports } }: FactsProps) {
  const text = useText();
  const words = text.inspect;
  return (
    <Card title={words.network}>
      <Facts
        facts={[
          { label: words.mode, value: network.mode in text.run.networks ? text.run.networks[network.mode as NetworkMode] : network.mode },
          { label: words.ipv4, value: network.ipv4, mono: true },
          { label: words.ipv6, value: network.ipv6, mono: true },
          {
            label: words.gateway,
            value: [network.gatewayIpv4, network.gatewayIpv6].filter((address) => address !== null).join(', '),
            mono: true,
          },
          { label: words.mac, value: network.macAddress, mono: true },
          { label: words.ports, value: <Lines values={portLabels(ports)} /> },
        ]}
      />
    </Card>
  );
}

function LifeFacts({ container }: FactsProps) {
  const text = useText();
  const format = useFormat();
  const words = text.inspect;
  const { name, maximumRetryCount } = container.restartPolicy;
  const time = (instant: string | null) => instant && format.dateTime(instant);
  return (
    <Card title={words.lifecycle}>
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
