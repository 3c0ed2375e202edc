import type { ContainerDetail, MountDetail } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { useFormat, useText } from '@/lib/i18n';

export function MountFacts({ container: { mounts } }: { container: ContainerDetail }) {
  const text = useText();
  return (
    <Card title={text.inspect.mounts}>
      {mounts.length === 0 && <p className="text-faint">{text.inspect.noMounts}</p>}
      <ul className="divide-y divide-line">
        {mounts.map((mount) => (
          <Mount key={mount.target} mount={mount} />
        ))}
      </ul>
    </Card>
  );
}

function Mount({ mount }: { mount: MountDetail }) {
  const words = useText().mounts;
  const format = useFormat();
  return (
    <li className="py-2 first:pt-0 last:pb-0">
      <p className="break-all font-mono text-[13px]">{mount.target}</p>
      <p className="text-soft [overflow-wrap:anywhere]">
        {words.types[mount.type]}
        {mount.type !== 'tmpfs' && <span className="font-mono text-[13px]"> {mount.source}</span>}
        {mount.type === 'image' && mount.subpath !== undefined && <span className="font-mono text-[13px]"> /{mount.subpath}</span>}
        {mount.type === 'tmpfs' && mount.sizeBytes !== undefined && ` ${format.bytes(mount.sizeBytes)}`}
      </p>
      <p className="text-faint text-xs">{optionsOf(mount, words).join(', ')}</p>
    </li>
  );
}

function optionsOf(mount: MountDetail, words: ReturnType<typeof useText>['mounts']): string[] {
  if (mount.type === 'image') return [words.readOnly];
  const access = mount.readOnly ? words.readOnly : words.writable;
  if (mount.type === 'tmpfs') return [access, ...(mount.exec ? [] : [words.noExec]), mount.mode];
  return [access, mount.propagation, ...(mount.recursive ? [] : [words.notRecursive])];
}
