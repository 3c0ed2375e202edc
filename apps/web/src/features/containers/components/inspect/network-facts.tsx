import type { ContainerDetail, NetworkMode } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { Facts, Lines } from '@/components/ui/facts';
import { useText } from '@/lib/i18n';
import { portLabels } from '../../model/addresses';

export function NetworkFacts({ container: { network, ports } }: { container: ContainerDetail }) {
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
