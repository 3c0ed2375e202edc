import type { CreateContainerInput } from '@keelson/contracts';
import { optional, parseSize, wholeNumber, wordsOf } from '../../../lib/form/texts';
import type { MountRow, RunForm } from './form';
import { type Part, PartReader } from './reading';

/** What it sees of files: mounts, and whether its own root can be written. */
export function readFiles({ mounts, readonlyRootfs }: RunForm): Part {
  const reader = new PartReader();
  const read = reader.list('mounts', mounts, (row, field) => mountOf(row, field, reader));
  return reader.part({ ...(read && { mounts: read }), ...(readonlyRootfs && { readonlyRootfs }) });
}

type MountInput = NonNullable<CreateContainerInput['mounts']>[number];

function mountOf(row: MountRow, field: string, reader: PartReader): MountInput {
  const target = row.target.trim();
  if (row.type === 'image') return { type: 'image', source: row.source.trim(), target, ...optional('subpath', row.subpath.trim()) };
  const common = { target, ...(row.readOnly && { readOnly: true }) };
  if (row.type === 'tmpfs') {
    const sizeBytes = row.size.trim() === '' ? undefined : parseSize(row.size);
    if (row.size.trim() !== '' && !sizeBytes) reader.problem(`${field}.sizeBytes`, 'size');
    return { type: 'tmpfs', ...common, ...(sizeBytes && { sizeBytes }), ...(row.exec && { exec: true }) };
  }
  return { type: 'bind', source: row.source.trim(), ...common };
}

/** Walls that are put up or taken down. */
export function readConfinement(form: RunForm): Part {
  const reader = new PartReader();
  const devices = reader.list('devices', form.devices, ({ hostPath, containerPath, permissions }) => ({
    hostPath: hostPath.trim(),
    ...optional('containerPath', containerPath.trim()),
    ...(permissions !== 'rwm' && { permissions }),
  }));
  const deviceRules = form.deviceRules
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const security = {
    ...(form.privileged && { privileged: true }),
    ...capabilities('addCapabilities', form.addCapabilities),
    ...capabilities('dropCapabilities', form.dropCapabilities),
    ...(form.newPrivileges && { noNewPrivileges: false }),
    ...(form.unfiltered && { seccomp: 'unconfined' as const }),
  };
  const sysctls = form.sysctls.filter(({ name, value }) => name !== '' || value !== '').map(({ name, value }) => [name.trim(), value]);
  return reader.part({
    ...(sysctls.length > 0 && { sysctls: Object.fromEntries(sysctls) as Record<string, string> }),
    ...(devices && { devices }),
    ...(deviceRules.length > 0 && { deviceRules }),
    ...gpusOf(form.gpus),
    ...(wordsOf(form.cdiDevices).length > 0 && { cdiDevices: wordsOf(form.cdiDevices) }),
    ...(Object.keys(security).length > 0 && { security }),
  });
}

function capabilities(name: 'addCapabilities' | 'dropCapabilities', text: string): Partial<Record<typeof name, string[]>> {
  const names = wordsOf(text);
  return names.length > 0 ? { [name]: names } : {};
}

/** As docker's `--gpus`: all, so many, or those of these names. */
function gpusOf(text: string): Pick<CreateContainerInput, 'gpus'> {
  const [first, ...more] = wordsOf(text);
  if (first === undefined) return {};
  if (more.length === 0 && first === 'all') return { gpus: 'all' };
  const count = wholeNumber(text, 1);
  return { gpus: count ?? { devices: [first, ...more] } };
}
