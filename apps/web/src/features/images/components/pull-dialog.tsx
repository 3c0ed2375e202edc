import type { PullImageInput } from '@keelson/contracts';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import { CheckField, TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import type { Pull } from '../hooks/use-pull';
import { imageHandle } from '../model/image-name';
import type { PullState } from '../model/pull-state';
import { PullLayers } from './pull-layers';

interface PullDialogProps {
  readonly pull: Pull;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function PullDialog({ pull, open, onOpenChange }: PullDialogProps) {
  const text = useText();
  const { state, start, stop, reset } = pull;
  const busy = state.phase === 'asking' || state.phase === 'running';
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={text.pull.title} wide>
      {state.phase === 'done' ? (
        <p className="mb-4 flex items-center gap-2 font-medium" role="status">
          <CircleCheck aria-hidden className="size-4 text-ok" />
          {text.pull.done(state.image ? imageHandle(state.image) : '')}
        </p>
      ) : (
        <PullForm busy={busy} onSubmit={start} />
      )}
      {state.failure && (
        <div className="mt-4">
          <Failure failure={state.failure} />
        </div>
      )}
      {showsProgress(state) && <PullLayers state={state} />}
      <DialogActions>
        {busy && <Button onClick={stop}>{text.pull.stop}</Button>}
        {state.phase === 'done' && <Button onClick={reset}>{text.pull.another}</Button>}
        {state.phase === 'done' ? (
          <Button tone="primary" onClick={() => onOpenChange(false)}>
            {text.common.close}
          </Button>
        ) : (
          <Button tone="primary" type="submit" form="pull-form" disabled={busy}>
            {text.pull.submit}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** A pull that failed before its layers were known has nothing to show. */
function showsProgress({ phase, layers }: PullState): boolean {
  return phase === 'asking' || layers.length > 0;
}

function PullForm({ busy, onSubmit }: { busy: boolean; onSubmit: (input: PullImageInput) => void }) {
  const text = useText();
  const [reference, setReference] = useState('');
  const [guarded, setGuarded] = useState(false);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  return (
    <form
      id="pull-form"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (reference.trim()) onSubmit({ reference: reference.trim(), ...(guarded && { credentials: { username, password } }) });
      }}
    >
      <TextField
        label={text.pull.reference}
        hint={text.pull.referenceHint}
        placeholder="nginx:1.25"
        value={reference}
        onChange={(event) => setReference(event.target.value)}
        disabled={busy}
        required
        spellCheck={false}
        autoComplete="off"
        mono
      />
      <CheckField label={text.pull.credentials} checked={guarded} onChange={(event) => setGuarded(event.target.checked)} disabled={busy} />
      {guarded && (
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label={text.pull.username} value={username} onChange={(event) => setUsername(event.target.value)} autoComplete="off" />
          <TextField
            label={text.pull.password}
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="off"
          />
        </div>
      )}
    </form>
  );
}
