import type { ContainerDetail } from '@keelson/contracts';
import { PencilLine, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { MenuItem, MenuLine } from '@/components/ui/menu';
import { useText } from '@/lib/i18n';
import type { HostSize } from '@/lib/limits/read-limits';
import { RenameDialog } from './rename-dialog';
import { UpdateDialog } from './update-dialog';
import { VerbButtons } from './verb-buttons';

interface ContainerActionsProps {
  readonly container: ContainerDetail;
  readonly host: HostSize | undefined;
  readonly onRemoved: () => void;
}

/** On the page of a container: its verbs, and what can be changed of it. */
export function ContainerActions({ container, host, onRemoved }: ContainerActionsProps) {
  const words = useText().update;
  const [open, setOpen] = useState<'limits' | 'name'>();
  const close = () => setOpen(undefined);
  return (
    <>
      <VerbButtons container={container} onRemoved={onRemoved}>
        <MenuLine />
        <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => setOpen('limits')}>
          {words.open}
        </MenuItem>
        <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => setOpen('name')}>
          {words.rename}
        </MenuItem>
      </VerbButtons>
      <UpdateDialog container={container} host={host} open={open === 'limits'} onOpenChange={close} />
      <RenameDialog container={container} open={open === 'name'} onOpenChange={close} />
    </>
  );
}
