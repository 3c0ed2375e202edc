import { type RestartPolicy, restartPolicy } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { CheckField, SelectField, TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';

export function ProcessSection({ fields: { form, set, problem } }: { fields: RunFields }) {
  const words = useText().run;
  return (
    <Card title={words.process}>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={words.restart}
          value={form.restart}
          onChange={(event) => set({ restart: event.target.value as RestartPolicy['name'] })}
        >
          {restartPolicy.shape.name.options.map((policy) => (
            <option key={policy} value={policy}>
              {words.policies[policy]}
            </option>
          ))}
        </SelectField>
        {form.restart === 'on-failure' ? (
          <TextField
            label={words.retries}
            hint={words.retriesHint}
            error={problem('retries')}
            inputMode="numeric"
            value={form.retries}
            onChange={(event) => set({ retries: event.target.value })}
          />
        ) : (
          <div className="hidden sm:block" />
        )}
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
