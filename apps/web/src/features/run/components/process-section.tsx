import { PolicyFields } from '@/components/limits/policy-fields';
import { Card } from '@/components/ui/card';
import { CheckField, TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';

interface ProcessSectionProps {
  readonly fields: RunFields;
  /** The image's. */
  readonly stopSignal: string | undefined;
}

export function ProcessSection({ fields: { form, set, problem }, stopSignal }: ProcessSectionProps) {
  const words = useText().run;
  return (
    <Card title={words.process}>
      <div className="grid gap-4 sm:grid-cols-2">
        <div className="sm:col-span-2">
          <PolicyFields form={form} set={set} problem={problem} />
        </div>
        <TextField
          label={words.workingDir}
          hint={words.workingDirHint}
          error={problem('workingDir')}
          value={form.workingDir}
          onChange={(event) => set({ workingDir: event.target.value })}
          spellCheck={false}
          autoComplete="off"
          mono
        />
        <TextField
          label={words.user}
          hint={words.userHint}
          error={problem('user')}
          value={form.user}
          onChange={(event) => set({ user: event.target.value })}
          spellCheck={false}
          autoComplete="off"
          mono
        />
        <TextField
          label={words.hostname}
          hint={words.hostnameHint}
          error={problem('hostname')}
          value={form.hostname}
          onChange={(event) => set({ hostname: event.target.value })}
          spellCheck={false}
          autoComplete="off"
          mono
        />
        <CheckField
          label={words.init}
          hint={words.initHint}
          checked={form.init}
          onChange={(event) => set({ init: event.target.checked })}
          className="sm:pt-6"
        />
        <TextField
          label={words.stopSignal}
          hint={words.stopSignalHint}
          error={problem('stopSignal')}
          placeholder={stopSignal ?? 'SIGTERM'}
          value={form.stopSignal}
          onChange={(event) => set({ stopSignal: event.target.value })}
          spellCheck={false}
          autoComplete="off"
          mono
        />
        <TextField
          label={words.stopTimeout}
          hint={words.stopTimeoutHint}
          error={problem('stopTimeoutSeconds')}
          placeholder="10"
          inputMode="numeric"
          value={form.stopTimeout}
          onChange={(event) => set({ stopTimeout: event.target.value })}
        />
        <CheckField label={words.tty} hint={words.ttyHint} checked={form.tty} onChange={(event) => set({ tty: event.target.checked })} />
        <CheckField
          label={words.openStdin}
          hint={words.openStdinHint}
          checked={form.openStdin}
          onChange={(event) => set({ openStdin: event.target.checked })}
        />
      </div>
    </Card>
  );
}
