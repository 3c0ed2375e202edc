import { useState } from 'react';
import { asFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { Button } from './button';
import { Dialog, DialogActions } from './dialog';
import { Failure } from './failure';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description: string;
  readonly verb: string;
  readonly onConfirm: () => Promise<unknown>;
}

/** Asks before something that cannot be undone. A refusal stays in the dialog with its reason. */
export function ConfirmDialog({ open, onOpenChange, title, description, verb, onConfirm }: ConfirmDialogProps) {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const close = (next: boolean) => {
    setFailure(undefined);
    onOpenChange(next);
  };
  const confirm = () => {
    setBusy(true);
    setFailure(undefined);
    onConfirm()
      .then(() => close(false), setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <Dialog open={open} onOpenChange={close} title={title} description={description}>
      {failure !== undefined && <Failure failure={asFailure(failure)} />}
      <DialogActions>
        <Button onClick={() => close(false)}>{text.common.cancel}</Button>
        <Button tone="danger" disabled={busy} onClick={confirm}>
          {verb}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
