import { healthcheck } from '@keelson/contracts';
import { Card } from '@/components/ui/card';
import { SelectField, TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';
import type { CheckForm } from '../model/form';

const ACTIONS = healthcheck.shape.onUnhealthy.unwrap().options;

export function HealthSection({ fields: { form, set, problem } }: { fields: RunFields }) {
  const text = useText();
  const words = text.health;
  const hints = text.run.healthHints;
  const { check } = form;
  const change = (changes: Partial<CheckForm>) => set({ check: { ...check, ...changes } });
  const seconds = (name: 'interval' | 'timeout' | 'startPeriod', usual: string) => ({
    error: problem(`healthcheck.${name}Seconds`),
    placeholder: usual,
    inputMode: 'decimal' as const,
    value: check[name],
    onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
  });
  return (
    <Card title={words.title}>
      <TextField
        label={words.command}
        hint={hints.command}
        error={problem('healthcheck.command')}
        placeholder="wget -q -O /dev/null http://127.0.0.1/"
        value={check.command}
        onChange={(event) => change({ command: event.target.value })}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        mono
      />
      {check.command.trim() !== '' && (
        <div className="mt-4 grid gap-4 sm:grid-cols-3">
          <TextField label={words.every} hint={hints.seconds} {...seconds('interval', '30')} />
          <TextField label={words.timeout} hint={hints.seconds} {...seconds('timeout', '30')} />
          <TextField label={words.startPeriod} hint={hints.seconds} {...seconds('startPeriod', '0')} />
          <TextField
            label={words.retries}
            error={problem('healthcheck.retries')}
            placeholder="3"
            inputMode="numeric"
            value={check.retries}
            onChange={(event) => change({ retries: event.target.value })}
          />
          <SelectField
            label={words.onUnhealthy}
            value={check.onUnhealthy}
            onChange={(event) => change({ onUnhealthy: event.target.value as CheckForm['onUnhealthy'] })}
          >
            {ACTIONS.map((action) => (
              <option key={action} value={action}>
                {words.actions[action]}
              </option>
            ))}
          </SelectField>
        </div>
      )}
    </Card>
  );
}
