import { Plus, X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';
import { nextKey, type Variable } from '../model/form';

export function EnvSection({ fields: { form, set, problem } }: { fields: RunFields }) {
  const words = useText().run;
  const change = (key: number, changes: Partial<Variable>) =>
    set({ env: form.env.map((variable) => (variable.key === key ? { ...variable, ...changes } : variable)) });
  return (
    <Card title={words.env}>
      <p className="mb-3 text-faint text-xs">{words.envHint}</p>
      <ul className="space-y-2.5">
        {form.env.map(({ key, name, value }, at) => (
          <li key={key} className="grid grid-cols-[2fr_3fr_auto] items-start gap-2">
            <TextField
              label={words.variable}
              hideLabel={at > 0}
              error={problem(`env.${key}`)}
              value={name}
              onChange={(event) => change(key, { name: event.target.value })}
              spellCheck={false}
              autoComplete="off"
              autoCapitalize="off"
              mono
            />
            <TextField
              label={words.value}
              hideLabel={at > 0}
              value={value}
              onChange={(event) => change(key, { value: event.target.value })}
              spellCheck={false}
              autoComplete="off"
              mono
            />
            <Button
              tone="quiet"
              square
              className={at === 0 ? 'mt-6' : ''}
              aria-label={words.removeVariable(at + 1)}
              onClick={() => set({ env: form.env.filter((variable) => variable.key !== key) })}
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      <Button
        small
        className={form.env.length > 0 ? 'mt-3' : ''}
        onClick={() => set({ env: [...form.env, { key: nextKey(form.env), name: '', value: '' }] })}
      >
        <Plus aria-hidden />
        {words.addVariable}
      </Button>
    </Card>
  );
}
