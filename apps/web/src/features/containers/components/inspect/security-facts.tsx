import type { ContainerDetail } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { Facts, Lines } from '@/components/ui/facts';
import { useText } from '@/lib/i18n';

/** How it is confined: what was asked for in addition to, or instead of, what every container has. */
export function SecurityFacts({ container }: { container: ContainerDetail }) {
  const text = useText();
  const words = text.inspect;
  const { security, devices, deviceRules, sysctls, namespaces, gpus, cdiDevices } = container;
  const yesNo = (value: boolean) => (value ? text.common.yes : text.common.no);
  const shared = Object.entries(namespaces).flatMap(([kind, mode]) => (mode === 'private' ? [] : [`${kind}: ${mode}`]));
  return (
    <Card title={words.security}>
      <Facts
        facts={[
          { label: words.hostUidBase, value: container.hostUidBase },
          { label: words.readonlyRootfs, value: container.readonlyRootfs ? words.readOnly : words.writable },
          { label: words.privileged, value: yesNo(security.privileged) },
          { label: words.addCapabilities, value: security.addCapabilities.join(', '), mono: true },
          { label: words.dropCapabilities, value: security.dropCapabilities.join(', '), mono: true },
          { label: words.noNewPrivileges, value: yesNo(security.noNewPrivileges) },
          { label: words.seccomp, value: words.seccompKinds[typeof security.seccomp === 'string' ? security.seccomp : 'own'] },
          {
            label: words.devices,
            value: (
              <Lines
                values={devices.map(
                  ({ hostPath, containerPath = hostPath, permissions }) => `${hostPath} → ${containerPath} ${permissions}`,
                )}
              />
            ),
          },
          { label: words.gpus, value: gpus === null ? null : typeof gpus === 'object' ? gpus.devices.join(', ') : String(gpus) },
          { label: words.cdiDevices, value: <Lines values={cdiDevices} /> },
          { label: words.deviceRules, value: <Lines values={deviceRules} /> },
          { label: words.sysctls, value: <Lines values={Object.entries(sysctls).map(([name, value]) => `${name} = ${value}`)} /> },
          { label: words.namespaces, value: <Lines values={shared} /> },
        ]}
      />
    </Card>
  );
}
