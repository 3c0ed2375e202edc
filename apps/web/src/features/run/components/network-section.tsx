import { type NetworkMode, networkMode } from '@keelson/contracts';
import { Plus } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SelectField, TextField } from '@/components/ui/field';
import { Rows } from '@/components/ui/rows';
import { useText } from '@/lib/i18n';
import type { RunFields } from '../hooks/use-run-form';

/** `exposed`: ports that the image says it listens on, as `80/tcp`. */
export function NetworkSection({ fields, exposed, admin }: { fields: RunFields; exposed: readonly string[]; admin: boolean }) {
  const words = useText().run;
  const { form, set, problem } = fields;
  return (
    <Card title={words.networkSection}>
      <SelectField
        label={words.network}
        error={problem('network')}
        className="sm:w-1/2 sm:pr-2"
        value={form.network}
        onChange={(event) => set({ network: event.target.value as NetworkMode })}
      >
        {networkMode.options
          .filter((mode) => mode !== 'host' || admin)
          .map((mode) => (
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
  const offered = exposed.map((port) => port.replace(/\/tcp$/, '')).filter((port) => /^\d+$/.test(port));
  return (
    <div className="max-w-md">
      <p className="mt-1 mb-3 text-faint text-xs">{words.portsHint}</p>
      <Rows
        rows={form.ports}
        onChange={(ports) => set({ ports })}
        blank={{ host: '', container: '' }}
        columns="grid-cols-[1fr_1fr_auto]"
        addLabel={words.addPort}
        removeLabel={words.removePort}
        more={(add) =>
          offered
            .filter((port) => !form.ports.some(({ container }) => container === port))
            .map((port) => (
              <Button key={port} small tone="quiet" onClick={() => add({ container: port })}>
                <Plus aria-hidden />
                {words.publish(port)}
              </Button>
            ))
        }
      >
        {({ key, host, container }, change, first) => (
          <>
            <TextField
              label={words.hostPort}
              hideLabel={!first}
              error={problem(`ports.${key}.hostPort`)}
              placeholder={words.hostPortHint}
              inputMode="numeric"
              value={host}
              onChange={(event) => change({ host: event.target.value })}
            />
            <TextField
              label={words.containerPort}
              hideLabel={!first}
              error={problem(`ports.${key}.containerPort`)}
              inputMode="numeric"
              value={container}
              onChange={(event) => change({ container: event.target.value })}
            />
          </>
        )}
      </Rows>
    </div>
  );
}
