import type { Healthcheck } from '@keelson/contracts';
import { optional, wholeNumber } from '../../../lib/form/texts';
import { readPolicy } from '../../../lib/limits/policy-form';
import { splitCommand } from '../../../lib/split-command';
import type { RunForm } from './form';
import { type Part, PartReader } from './reading';

export function readProcess(form: RunForm): Part {
  const reader = new PartReader();
  const stopTimeoutSeconds = number(form.stopTimeout, 'stopTimeoutSeconds', reader);
  const env = readEnv(form, reader);
  const { restartPolicy, problems } = readPolicy(form);
  for (const [field, problem] of Object.entries(problems)) reader.problem(field, problem);
  return reader.part({
    ...command(form.command, 'command', reader),
    ...(env && { env }),
    ...optional('workingDir', form.workingDir.trim()),
    ...optional('user', form.user.trim()),
    ...optional('hostname', form.hostname.trim()),
    ...(form.tty && { tty: true }),
    ...(form.openStdin && { openStdin: true }),
    ...(form.init && { init: true }),
    ...optional('stopSignal', form.stopSignal.trim()),
    ...(stopTimeoutSeconds !== undefined && { stopTimeoutSeconds }),
    ...(form.restart !== 'no' && { restartPolicy }),
  });
}

export function readHealth({ check }: RunForm): Part {
  const reader = new PartReader();
  const { command: argv } = command(check.command, 'healthcheck.command', reader);
  if (!argv) return reader.part({});
  const seconds = (name: 'intervalSeconds' | 'timeoutSeconds' | 'startPeriodSeconds', text: string) => {
    const value = text.trim() === '' ? undefined : Number(text);
    if (value !== undefined && !(value >= 0)) reader.problem(`healthcheck.${name}`, 'decimal');
    return value === undefined || !(value >= 0) ? {} : { [name]: value };
  };
  const retries = number(check.retries, 'healthcheck.retries', reader);
  const healthcheck: Partial<Healthcheck> & Pick<Healthcheck, 'command'> = {
    command: argv,
    ...seconds('intervalSeconds', check.interval),
    ...seconds('timeoutSeconds', check.timeout),
    ...(retries !== undefined && { retries }),
    ...seconds('startPeriodSeconds', check.startPeriod),
    ...(check.onUnhealthy !== 'mark' && { onUnhealthy: check.onUnhealthy }),
  };
  return reader.part({ healthcheck });
}

function command(line: string, field: string, reader: PartReader): { command?: string[] } {
  const { argv, unfinished } = splitCommand(line);
  if (unfinished) reader.problem(field, 'unfinished');
  return argv.length > 0 ? { command: [...argv] } : {};
}

function number(text: string, field: string, reader: PartReader): number | undefined {
  const value = wholeNumber(text, 0);
  if (text.trim() !== '' && value === undefined) reader.problem(field, 'number');
  return value;
}

function readEnv({ env }: RunForm, reader: PartReader): Record<string, string> | undefined {
  const named: Record<string, string> = {};
  for (const { key, name, value } of env) {
    if (name === '' && value === '') continue;
    if (name === '') reader.problem(`env.${key}`, 'required');
    else if (name.includes('=')) reader.problem(`env.${key}`, 'invalid');
    else if (Object.hasOwn(named, name)) reader.problem(`env.${key}`, 'duplicate');
    else named[name] = value;
  }
  return Object.keys(named).length > 0 ? named : undefined;
}
