import type { ContainerDetail, UpdateContainerInput } from '@keelson/contracts';
import { type FormEvent, useState } from 'react';
import { LimitFields } from '@/components/limits/limit-fields';
import { PolicyFields } from '@/components/limits/policy-fields';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import { asFailure } from '@/lib/api-error';
import { useRefusal } from '@/lib/form/use-refusal';
import { useText } from '@/lib/i18n';
import { limitFormOf } from '@/lib/limits/limit-form';
import { policyFormOf, readPolicy } from '@/lib/limits/policy-form';
import { type HostSize, readLimits } from '@/lib/limits/read-limits';
import { useUpdateContainer } from '../api/containers';
import { changeOf } from '../model/update';

interface UpdateDialogProps {
  readonly container: ContainerDetail;
  readonly host: HostSize | undefined;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Limits and restart policy of a container, also while it runs. */
export function UpdateDialog({ container, host, open, onOpenChange }: UpdateDialogProps) {
  const words = useText().update;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={words.title(container.name)} description={words.intro} wide>
      <UpdateForm container={container} host={host} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function UpdateForm({ container, host, onDone }: Pick<UpdateDialogProps, 'container' | 'host'> & { onDone: () => void }) {
  const text = useText();
  const words = text.update;
  const [form, setForm] = useState({ limits: limitFormOf(container.resources), policy: policyFormOf(container.restartPolicy) });
  const { mutate, isPending, error } = useUpdateContainer(container, onDone);
  const limits = readLimits(form.limits, host);
  const policy = readPolicy(form.policy);
  const problems = { ...limits.problems, ...policy.problems };
  const refusal = useRefusal(error, limits.rows, form);
  const problem = (field: string) =>
    problems[field] ? text.problems[problems[field]] : refusal?.field === field ? refusal.message : undefined;
  const change = changeOf(container, limits.resources, policy.restartPolicy);
  const waiting = error ? waitingFields(error) : [];
  const save = (whenRestartNeeded: UpdateContainerInput['whenRestartNeeded']) => mutate({ ...change, whenRestartNeeded });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(problems).length === 0) save('refuse');
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <LimitFields
        form={form.limits}
        set={(changes) => setForm({ ...form, limits: { ...form.limits, ...changes } })}
        problem={problem}
        host={host}
      />
      <PolicyFields form={form.policy} set={(changes) => setForm({ ...form, policy: { ...form.policy, ...changes } })} problem={problem} />
      {waiting.length > 0 ? <Waiting fields={waiting} onRecord={() => save('record')} /> : error && <Failure failure={asFailure(error)} />}
      <DialogActions>
        <Button onClick={onDone}>{text.common.cancel}</Button>
        <Button type="submit" tone="primary" disabled={isPending || Object.keys(change).length === 0}>
          {words.save}
        </Button>
      </DialogActions>
    </form>
  );
}

/** What cannot change while it runs; nothing was changed so far. */
function Waiting({ fields, onRecord }: { fields: readonly string[]; onRecord: () => void }) {
  const words = useText().update;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-md border border-warn/40 bg-warn-soft px-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{words.waits}</p>
        <p className="text-soft">{fields.join(', ')}</p>
      </div>
      <Button small onClick={onRecord}>
        {words.record}
      </Button>
    </div>
  );
}

function waitingFields(error: unknown): string[] {
  const { code, details } = asFailure(error);
  const fields = details['requiresRestart'];
  return code === 'restart_required' && Array.isArray(fields) ? fields.map(String) : [];
}
