import { type ContainerDetail, containerName } from '@keelson/contracts';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import { TextField } from '@/components/ui/field';
import { asFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { useRenameContainer } from '../api/containers';

interface RenameDialogProps {
  readonly container: Pick<ContainerDetail, 'id' | 'name'>;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function RenameDialog({ container, open, onOpenChange }: RenameDialogProps) {
  const words = useText().update;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={words.renameTitle(container.name)}>
      <RenameForm container={container} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function RenameForm({ container: { id, name }, onDone }: Pick<RenameDialogProps, 'container'> & { onDone: () => void }) {
  const text = useText();
  const [wanted, setWanted] = useState(name);
  const { mutate, isPending, error } = useRenameContainer(id, onDone);
  const wrong = !containerName.safeParse(wanted.trim()).success;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) mutate(wanted.trim());
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <TextField
        label={text.run.name}
        error={wrong ? text.problems.name : undefined}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        spellCheck={false}
        autoComplete="off"
        mono
      />
      {error && <Failure failure={asFailure(error)} />}
      <DialogActions>
        <Button onClick={onDone}>{text.common.cancel}</Button>
        <Button type="submit" tone="primary" disabled={isPending || wanted.trim() === name}>
          {text.update.rename}
        </Button>
      </DialogActions>
    </form>
  );
}
