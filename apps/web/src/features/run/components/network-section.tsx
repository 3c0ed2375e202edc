import { type NetworkMode, networkMode } from '@keelson/contracts';
import { Plus, X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SelectField, TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';
import { nextKey, type Port } from '../model/form';

/** `exposed`: ports that the image says it listens on, as `80/tcp`. */
export function NetworkSection({ fields, exposed }: { fields: RunFields; exposed: readonly string[] }) {
  const words = useText().run;
  const { form, set } = fields;
  return (
    <Card title={words.networkSection}>
      <SelectField
        label={words.network}
        className="sm:w-1/2 sm:pr-2"
        value={form.network}
        onChange={(event) => set({ network: event.target.value as NetworkMode })}
      >
        {networkMode.options.map((mode) => (
          <option key={mode} value={mode}>
            {words.networks[mode]}
          </option>
        ))}
      </SelectField>
      <h3 className="mt-4 font-medium text-[13px]">{words.ports}</h3>
      {form.network === 'bridge' ? (
        <Ports fields={fields} exposed={exposed} />
      ) : (
        <p className="mt-1 text-faint text-xs">{words.portsNeedBridge}</p>
      )}
    </Card>
  );
}

function Ports({ fields: { form, set, problem }, exposed }: { fields: RunFields; exposed: readonly string[] }) {
  const words = useText().run;
  const change = (key: number, changes: Partial<Port>) =>
    set({ ports: form.ports.map((port) => (port.key === key ? { ...port, ...changes } : port)) });
  const add = (container: string) => set({ ports: [...form.ports, { key: nextKey(form.ports), host: '', container }] });
  const offered = exposed.map((port) => port.replace(/\/tcp$/, '')).filter((port) => /^\d+$/.test(port));
  return (
    <>
      <p className="mt-1 mb-3 text-faint text-xs">{words.portsHint}</p>
      <ul className="space-y-2.5">
        {form.ports.map(({ key, host, container }, at) => (
          <li key={key} className="grid max-w-md grid-cols-[1fr_1fr_auto] items-start gap-2">
            <TextField
              label={words.hostPort}
              hideLabel={at > 0}
              error={problem(`ports.${key}.host`)}
              placeholder={words.hostPortHint}
              inputMode="numeric"
              value={host}
              onChange={(event) => change(key, { host: event.target.value })}
            />
            <TextField
              label={words.containerPort}
              hideLabel={at > 0}
              error={problem(`ports.${key}.container`)}
              inputMode="numeric"
              value={container}
              onChange={(event) => change(key, { container: event.target.value })}
            />
            <Button
              tone="quiet"
              square
              className={at === 0 ? 'mt-6' : ''}
              aria-label={words.removePort(at + 1)}
              onClick={() => set({ ports: form.ports.filter((port) => port.key !== key) })}
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      <div className={`flex flex-wrap gap-2 ${form.ports.length > 0 ? 'mt-3' : ''}`}>
        <Button small onClick={() => add('')}>
          <Plus aria-hidden />
          {words.addPort}
        </Button>
        {offered
          .filter((port) => !form.ports.some(({ container }) => container === port))
          .map((port) => (
            <Button key={port} small tone="quiet" onClick={() => add(port)}>
              <Plus aria-hidden />
              {words.publish(port)}
            </Button>
          ))}
      </div>
    </>
  );
}
