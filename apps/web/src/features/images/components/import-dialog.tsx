import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import { Field, TextField } from '@/components/ui/field';
import { Progress } from '@/components/ui/progress';
import { toast } from '@/components/ui/toasts';
import { asFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { splitCommand } from '@/lib/split-command';
import { useImportImage } from '../api/images';

export function ImportDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const text = useText();
  const [file, setFile] = useState<File>();
  const [reference, setReference] = useState('');
  const [command, setCommand] = useState('');
  const { mutate, isPending, error, reset } = useImportImage();
  const close = (next: boolean) => {
    reset();
    onOpenChange(next);
  };
  const submit = () => {
    if (!file) return;
    const done = () => {
      toast.done(text.importImage.done(reference));
      close(false);
    };
    mutate({ file, reference: reference.trim(), command: splitCommand(command).argv }, { onSuccess: done });
  };
  return (
    <Dialog open={open} onOpenChange={close} title={text.importImage.title} description={text.importImage.intro} wide>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label={text.importImage.file}>
          {(control) => (
            <input
              type="file"
              required
              className="w-full rounded-md border border-line-strong border-dashed p-2.5 text-soft file:mr-3 file:rounded file:border-0 file:bg-sunken file:px-2.5 file:py-1.5 file:font-medium file:text-ink"
              onChange={(event) => setFile(event.target.files?.[0])}
              {...control}
            />
          )}
        </Field>
        <TextField
          label={text.importImage.reference}
          hint={text.importImage.referenceHint}
          value={reference}
          onChange={(event) => setReference(event.target.value)}
          required
          mono
        />
        <TextField
          label={text.importImage.command}
          hint={text.importImage.commandHint}
          value={command}
          onChange={(event) => setCommand(event.target.value)}
          mono
        />
        {isPending && <Progress label={text.importImage.working} />}
        {error && <Failure failure={asFailure(error)} />}
        <DialogActions>
          <Button onClick={() => close(false)}>{text.common.cancel}</Button>
          <Button tone="primary" type="submit" disabled={isPending}>
            {isPending ? text.importImage.working : text.importImage.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
