import { Card } from '@/components/ui/card';
import { Disclosure } from '@/components/ui/disclosure';
import { CheckField, ListProblem, TextArea, TextField } from '@/components/ui/field';
import { Rows } from '@/components/ui/rows';
import { useText } from '@/lib/i18n';
import { useCdiDevices } from '../api/run';
import type { RunFields } from '../hooks/use-run-form';

/** Walls put up by everybody, and taken down by administrators. */
export function ConfinementSection({ fields, admin }: { fields: RunFields; admin: boolean }) {
  const text = useText();
  const words = text.run;
  const { form, set, problem, anyProblem } = fields;
  return (
    <Card title={text.inspect.security}>
      <Disclosure title={words.confinement} forced={anyProblem('security', 'sysctls', 'devices', 'deviceRules', 'gpus', 'cdiDevices')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label={text.inspect.dropCapabilities}
            hint={words.dropHint}
            error={problem('security.dropCapabilities')}
            value={form.dropCapabilities}
            onChange={(event) => set({ dropCapabilities: event.target.value })}
            spellCheck={false}
            autoComplete="off"
            mono
          />
          {admin && (
            <TextField
              label={text.inspect.addCapabilities}
              hint={words.addHint}
              error={problem('security.addCapabilities')}
              value={form.addCapabilities}
              onChange={(event) => set({ addCapabilities: event.target.value })}
              spellCheck={false}
              autoComplete="off"
              mono
            />
          )}
          <CheckField
            label={words.newPrivileges}
            hint={words.newPrivilegesHint}
            checked={form.newPrivileges}
            onChange={(event) => set({ newPrivileges: event.target.checked })}
          />
          {admin && (
            <>
              <CheckField
                label={words.unfiltered}
                hint={words.unfilteredHint}
                checked={form.unfiltered}
                onChange={(event) => set({ unfiltered: event.target.checked })}
              />
              <CheckField
                label={text.inspect.privileged}
                hint={words.privilegedHint}
                checked={form.privileged}
                onChange={(event) => set({ privileged: event.target.checked })}
              />
            </>
          )}
        </div>
        <Sysctls fields={fields} />
        {admin && <Devices fields={fields} />}
      </Disclosure>
    </Card>
  );
}

function Sysctls({ fields: { form, set, problem } }: { fields: RunFields }) {
  const text = useText();
  const words = text.run;
  return (
    <div>
      <h3 className="mb-2 font-medium text-[13px]">{text.inspect.sysctls}</h3>
      <ListProblem problem={problem('sysctls')} />
      <Rows
        rows={form.sysctls}
        onChange={(sysctls) => set({ sysctls })}
        blank={{ name: '', value: '' }}
        columns="grid-cols-[2fr_1fr_auto]"
        addLabel={words.addSysctl}
        removeLabel={words.removeSysctl}
      >
        {({ name, value }, change, first) => (
          <>
            <TextField
              label={words.sysctl}
              hideLabel={!first}
              error={problem(`sysctls.${name}`)}
              placeholder="net.core.somaxconn"
              value={name}
              onChange={(event) => change({ name: event.target.value })}
              spellCheck={false}
              autoComplete="off"
              autoCapitalize="off"
              mono
            />
            <TextField
              label={words.value}
              hideLabel={!first}
              value={value}
              onChange={(event) => change({ value: event.target.value })}
              autoComplete="off"
              mono
            />
          </>
        )}
      </Rows>
    </div>
  );
}

function Devices({ fields: { form, set, problem } }: { fields: RunFields }) {
  const text = useText();
  const offered = useCdiDevices().data?.devices.flatMap(({ name, problem }) => (problem === null ? [name] : [])) ?? [];
  const words = text.run;
  const path = { spellCheck: false, autoComplete: 'off', autoCapitalize: 'off', mono: true };
  return (
    <div className="space-y-4">
      <div>
        <h3 className="mb-2 font-medium text-[13px]">{text.inspect.devices}</h3>
        <ListProblem problem={problem('devices')} />
        <Rows
          rows={form.devices}
          onChange={(devices) => set({ devices })}
          blank={{ hostPath: '', containerPath: '', permissions: 'rwm' }}
          columns="grid-cols-[2fr_2fr_1fr_auto]"
          addLabel={words.addDevice}
          removeLabel={words.removeDevice}
        >
          {({ key, hostPath, containerPath, permissions }, change, first) => (
            <>
              <TextField
                label={words.deviceOnHost}
                hideLabel={!first}
                error={problem(`devices.${key}.hostPath`)}
                placeholder="/dev/fuse"
                value={hostPath}
                onChange={(event) => change({ hostPath: event.target.value })}
                {...path}
              />
              <TextField
                label={words.deviceInside}
                hideLabel={!first}
                error={problem(`devices.${key}.containerPath`)}
                placeholder={hostPath}
                value={containerPath}
                onChange={(event) => change({ containerPath: event.target.value })}
                {...path}
              />
              <TextField
                label={words.deviceAccess}
                hideLabel={!first}
                error={problem(`devices.${key}.permissions`)}
                value={permissions}
                onChange={(event) => change({ permissions: event.target.value })}
                {...path}
              />
            </>
          )}
        </Rows>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={text.inspect.gpus}
          hint={words.gpusHint}
          error={problem('gpus')}
          value={form.gpus}
          onChange={(event) => set({ gpus: event.target.value })}
          {...path}
        />
        <TextField
          label={text.inspect.cdiDevices}
          hint={offered.length > 0 ? words.cdiOffered(offered.join(', ')) : words.cdiNone}
          error={
            problem('cdiDevices') ??
            form.cdiDevices
              .split(/[\s,]+/)
              .map((_, at) => problem(`cdiDevices.${at}`))
              .find(Boolean)
          }
          placeholder="vendor.com/class=name"
          value={form.cdiDevices}
          onChange={(event) => set({ cdiDevices: event.target.value })}
          {...path}
        />
      </div>
      <TextArea
        label={text.inspect.deviceRules}
        hint={words.deviceRulesHint}
        error={problem('deviceRules')}
        placeholder="c 10:200 rwm"
        value={form.deviceRules}
        onChange={(event) => set({ deviceRules: event.target.value })}
        spellCheck={false}
      />
    </div>
  );
}
