import { type CreateContainerInput, createContainerInput } from '@keelson/contracts';
import { contractProblems, type Problem, type Problems, type RowKeys } from '../../../lib/form/problems';
import { optional } from '../../../lib/form/texts';
import { type HostSize, readLimits } from '../../../lib/limits/read-limits';
import type { RunForm } from './form';
import { readConfinement, readFiles } from './read-confinement';
import { readNetwork } from './read-network';
import { readHealth, readProcess } from './read-process';
import { joined, type Part } from './reading';

export interface Reading {
  readonly request: CreateContainerInput;
  readonly problems: Problems;
  /** For what the server says of an entry of a list. */
  readonly rows: RowKeys;
}

/** Sentences of our own for the fields whose rules people stumble over; the contract has the last word on all. */
const OWN: Readonly<Record<string, Problem>> = { image: 'required', name: 'name', workingDir: 'path' };
const PATHS = /\.(target|source|hostPath|containerPath)$/;
const own = (field: string): Problem | undefined => (PATHS.test(field) ? 'path' : OWN[field]);

/** What the form asks for, and what is wrong with it. */
export function toRequest(form: RunForm, host: HostSize | undefined): Reading {
  const {
    request: asked,
    problems,
    rows,
  } = joined([readProcess(form), readNetwork(form), limitsOf(form, host), readFiles(form), readConfinement(form), readHealth(form)]);
  const request: CreateContainerInput = { image: form.image.trim(), ...optional('name', form.name.trim()), ...asked, start: true };
  return { request, problems: { ...contractProblems(createContainerInput, request, rows, own), ...problems }, rows };
}

function limitsOf({ limits }: RunForm, host: HostSize | undefined): Part {
  const { resources, problems, rows } = readLimits(limits, host);
  return { request: Object.keys(resources).length > 0 ? { resources } : {}, problems, rows };
}
