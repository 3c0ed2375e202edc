import { type RestartPolicy, restartPolicy } from '@keelson/contracts';
import { SelectField, TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import type { PolicyForm } from '@/lib/limits/policy-form';

interface PolicyFieldsProps {
  readonly form: PolicyForm;
  readonly set: (changes: Partial<PolicyForm>) => void;
  readonly problem: (field: string) => string | undefined;
}

export function PolicyFields({ form, set, problem }: PolicyFieldsProps) {
  const words = useText().run;
  return (
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
      {form.restart === 'on-failure' && (
        <TextField
          label={words.retries}
          hint={words.retriesHint}
          error={problem('restartPolicy.maximumRetryCount')}
          inputMode="numeric"
          value={form.retries}
          onChange={(event) => set({ retries: event.target.value })}
        />
      )}
    </div>
  );
}
