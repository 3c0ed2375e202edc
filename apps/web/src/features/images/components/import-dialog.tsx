import { type SubmitEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import { Field, TextField } from '@/components/ui/field';
import { Progress } from '@/components/ui/progress';
import { toast } from '@/components/ui/toasts';
import { asFailure } from '@/lib/api-error';
import { useFormat, useText } from '@/lib/i18n';
import { splitCommand } from '@/lib/split-command';
import { useImport } from '../hooks/use-import';

export function ImportDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const text = useText();
  const [file, setFile] = useState<File>();
  const [reference, setReference] = useState('');
  const [command, setCommand] = useState('');
  const { start, stop, sent, isPending, error } = useImport();
  const { argv, unfinished } = splitCommand(command);
  const close = (next: boolean) => {
    stop();
    onOpenChange(next);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!file || unfinished) return;
    start({ file, reference: reference.trim(), command: argv }, () => {
      toast.done(text.importImage.done(reference));
      close(false);
    });
  };
  return (
    <Dialog open={open} onOpenChange={close} title={text.importImage.title} description={text.importImage.intro} wide>
      <form className="space-y-4" onSubmit={submit}>
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
          error={unfinished ? text.problems.unfinished : undefined}
          value={command}
          onChange={(event) => setCommand(event.target.value)}
          mono
        />
        {isPending && file && <Sent sent={sent} total={file.size} />}
        {error && <Failure failure={asFailure(error)} />}
        <DialogActions>
          <Button onClick={() => close(false)}>{text.common.cancel}</Button>
          <Button tone="primary" type="submit" disabled={isPending}>
            {text.importImage.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Once all is sent the server goes on unpacking, and nobody knows for how long. */
function Sent({ sent, total }: { sent: number; total: number }) {
  const words = useText().importImage;
  const format = useFormat();
  return (
    <div>
      <p className="tabular mb-1.5 text-soft text-xs">
        {sent < total ? words.uploaded(format.bytes(sent), format.bytes(total)) : words.working}
      </p>
      <Progress label={words.working} {...(sent < total && { fraction: sent / total })} />
    </div>
  );
}
