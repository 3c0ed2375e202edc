import { type CreateContainerInput, createContainerInput, type Resources, type RestartPolicy } from '@keelson/contracts';
import { splitCommand } from '../../../lib/split-command';
import { memoryBytes, type RunForm } from './form';

/** Names of sentences in the dictionary; `duplicate` also needs what is given twice. */
export type Problem = 'required' | 'number' | 'decimal' | 'port' | 'name' | 'path' | 'invalid' | 'unfinished' | 'duplicate' | 'aboveHost';

/** Problems by field: the form's own names, `env.<key>` and `ports.<key>.host|container` for rows. */
type Problems = Readonly<Record<string, Problem>>;

export interface HostSize {
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface Reading {
  readonly request: CreateContainerInput;
  readonly problems: Problems;
}

/** What the form asks for, and what is wrong with it. Fields with problems are left out of the request. */
export function toRequest(form: RunForm, host: HostSize | undefined): Reading {
  const problems: Record<string, Problem> = {};
  const request: CreateContainerInput = {
    image: form.image,
    ...optional('name', form.name.trim()),
    ...commandOf(form, problems),
    ...envOf(form, problems),
    ...optional('workingDir', form.workingDir.trim()),
    ...optional('user', form.user.trim()),
    ...(form.tty && { tty: true }),
    ...(form.openStdin && { openStdin: true }),
    ...resourcesOf(form, host, problems),
    ...portsOf(form, problems),
    ...(form.network !== 'bridge' && { network: form.network }),
    ...(form.restart !== 'no' && { restartPolicy: policyOf(form, problems) }),
    start: true,
  };
  return { request, problems: { ...contractProblems(request), ...problems } };
}

function commandOf({ command }: RunForm, problems: Record<string, Problem>): Pick<CreateContainerInput, 'command'> {
  const { argv, unfinished } = splitCommand(command);
  if (unfinished) problems['command'] = 'unfinished';
  return argv.length > 0 ? { command: [...argv] } : {};
}

function envOf({ env }: RunForm, problems: Record<string, Problem>): Pick<CreateContainerInput, 'env'> {
  const named: Record<string, string> = {};
  for (const { key, name, value } of env) {
    if (name === '' && value === '') continue;
    if (name === '') problems[`env.${key}`] = 'required';
    else if (name.includes('=')) problems[`env.${key}`] = 'invalid';
    else if (Object.hasOwn(named, name)) problems[`env.${key}`] = 'duplicate';
    else named[name] = value;
  }
  return Object.keys(named).length > 0 ? { env: named } : {};
}

function portsOf({ ports, network }: RunForm, problems: Record<string, Problem>): Pick<CreateContainerInput, 'ports'> {
  if (network !== 'bridge') return {};
  const mappings: NonNullable<CreateContainerInput['ports']> = [];
  for (const { key, host, container } of ports) {
    const [hostPort, containerPort] = [portOf(host), portOf(container)];
    if (host.trim() !== '' && hostPort === undefined) problems[`ports.${key}.host`] = 'port';
    else if (hostPort !== undefined && mappings.some((other) => other.hostPort === hostPort)) problems[`ports.${key}.host`] = 'duplicate';
    if (containerPort === undefined) problems[`ports.${key}.container`] = 'port';
    else mappings.push({ ...(hostPort !== undefined && { hostPort }), containerPort });
  }
  return mappings.length > 0 ? { ports: mappings } : {};
}

function resourcesOf(form: RunForm, host: HostSize | undefined, problems: Record<string, Problem>): { resources?: Resources } {
  const memory = memoryBytes(form);
  if (form.memory.trim() !== '' && memory === undefined) problems['memory'] = 'decimal';
  else if (memory !== undefined && host && memory > host.memoryBytes) problems['memory'] = 'aboveHost';
  const cpus = form.cpus.trim() === '' ? undefined : Number(form.cpus);
  if (cpus !== undefined && !(cpus > 0)) problems['cpus'] = 'decimal';
  else if (cpus !== undefined && host && cpus > host.cpus) problems['cpus'] = 'aboveHost';
  const pids = wholeNumber(form.pids, -1);
  if (form.pids.trim() !== '' && (pids === undefined || pids === 0)) problems['pids'] = 'number';
  const resources = {
    ...(memory !== undefined && { memoryBytes: memory }),
    ...(cpus !== undefined && cpus > 0 && { cpus }),
    ...(pids !== undefined && pids !== 0 && { pidsLimit: pids }),
  };
  return Object.keys(resources).length > 0 ? { resources } : {};
}

function policyOf({ restart, retries }: RunForm, problems: Record<string, Problem>): RestartPolicy {
  const count = wholeNumber(retries, 0);
  if (restart !== 'on-failure' || retries.trim() === '') return { name: restart };
  if (count === undefined) problems['retries'] = 'number';
  return { name: restart, ...(count !== undefined && { maximumRetryCount: count }) };
}

/** Sentences of our own for the fields whose rules people stumble over; the contract has the last word on all. */
const OWN: Readonly<Record<string, Problem>> = { image: 'required', name: 'name', workingDir: 'path' };
const FIELDS: Readonly<Record<string, string>> = { memoryBytes: 'memory', pidsLimit: 'pids', maximumRetryCount: 'retries' };

function contractProblems(request: CreateContainerInput): Problems {
  const checked = createContainerInput.safeParse(request);
  if (checked.success) return {};
  const fields = checked.error.issues.map(({ path: [top = '', below] }) =>
    String(top === 'resources' || top === 'restartPolicy' ? below : top),
  );
  return Object.fromEntries(fields.map((field) => [FIELDS[field] ?? field, OWN[field] ?? 'invalid']));
}

function optional<K extends string>(name: K, value: string): Partial<Record<K, string>> {
  return (value === '' ? {} : { [name]: value }) as Partial<Record<K, string>>;
}

function wholeNumber(text: string, least: number): number | undefined {
  const value = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(value) && value >= least ? value : undefined;
}

function portOf(text: string): number | undefined {
  const port = wholeNumber(text, 1);
  return port !== undefined && port <= 65_535 ? port : undefined;
}
