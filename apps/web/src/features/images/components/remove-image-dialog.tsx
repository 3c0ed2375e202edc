import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { toast } from '@/components/ui/toasts';
import { useText } from '@/lib/i18n';
import { useRemoveImage } from '../api/images';

interface RemoveImageDialogProps {
  /** The image to ask about; the dialog is closed without one. */
  readonly reference: string | undefined;
  readonly onClose: () => void;
  readonly onRemoved?: () => void;
}

export function RemoveImageDialog({ reference, onClose, onRemoved }: RemoveImageDialogProps) {
  const text = useText();
  const remove = useRemoveImage();
  const name = reference ?? '';
  return (
    <ConfirmDialog
      open={reference !== undefined}
      onOpenChange={onClose}
      title={text.images.removeTitle}
      description={text.images.removeText(name)}
      verb={text.common.remove}
      onConfirm={async () => {
        await remove.mutateAsync(name);
        toast.done(text.images.removed(name));
        onRemoved?.();
      }}
    />
  );
}
