import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';

import { binding, builtFile } from './binding.js';
import { fromNative, fromTold, protocolError, RuntimeError } from './errors.js';
import { Fields } from './fields.js';

export interface StartRequest {
  /** Absolute path of the bundle: config.json and launch.json lie in it (README.md, "Inputs of a supervisor"). */
  readonly bundle: string;
  /** The one built with this package where not given. */
  readonly executable?: string;
  /** How long a start may take; a supervisor that says nothing until then is killed. */
  readonly timeoutMs?: number;
}

export interface StartedContainer {
  /** Of PID 1, as the host sees it. */
  readonly pid: number;
  /** Field 22 of proc_pid_stat(5). */
  readonly startTicks: number;
  /** Nanoseconds since the epoch. */
  readonly startedAt: bigint;
}

export const supervisorExecutable = builtFile('keelson-supervisor');

/** A small PID 1, to be bound into a container: `init -- PROGRAM ARGUMENT…`. */
export const initExecutable = builtFile('keelson-init');

const REPORT_LIMIT = 64 * 1024;
const TIMEOUT_MS = 60_000;
const LAST_WORDS = 1024;

/** Resolves once the container's program runs; rejects with `RuntimeError`, and the supervisor has then undone what it did. */
export async function startSupervisor(request: StartRequest): Promise<StartedContainer> {
  const end = Promise.withResolvers<string>();
  const { pid, report } = await binding()
    .spawnSupervisor(request.executable ?? supervisorExecutable, request.bundle, (code, signal) =>
      end.resolve(signal === 0 ? `exit code ${code}` : `signal ${signal}`),
    )
    .catch((error: unknown) => {
      throw fromNative(error);
    });
  const line = await readReport(report, request.timeoutMs ?? TIMEOUT_MS).catch((error: unknown) => {
    binding().killSupervisor(pid);
    throw error;
  });
  if (line === '') throw await died(request.bundle, end.promise);
  return parseReport(line);
}

/** The first line of the report, without its line break, or what there was before the end. */
async function readReport(descriptor: number, timeoutMs: number): Promise<string> {
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  const overdue = () =>
    pipe.destroy(
      new RuntimeError(`the supervisor has not reported within ${timeoutMs / 1000} s`, { code: 'CONTROL_TIMEOUT', stage: '', errno: 0 }),
    );
  const timer = setTimeout(overdue, timeoutMs);
  try {
    let text = '';
    pipe.setEncoding('utf8');
    for await (const piece of pipe) {
      text += String(piece);
      const end = text.indexOf('\n');
      if (end >= 0) return text.slice(0, end);
      if (text.length > REPORT_LIMIT) throw protocolError(`the report of the supervisor is longer than ${REPORT_LIMIT} bytes`);
    }
    return text;
  } finally {
    clearTimeout(timer);
    pipe.destroy();
  }
}

function parseReport(line: string): StartedContainer {
  const fields = Fields.parse('the report of the supervisor', line);
  if (!fields.flag('ok')) throw fromTold(fields.values);
  return { pid: fields.integer('pid'), startTicks: fields.integer('startTicks'), startedAt: fields.nanoseconds('startedAt') };
}

/** Its standard error, e.g. of the C library before an abort, may say why. */
async function died(bundle: string, end: Promise<string>): Promise<RuntimeError> {
  const words = await lastWords(join(bundle, 'supervisor.err'));
  const reason = words === '' ? '' : `: ${words}`;
  return new RuntimeError(`the supervisor died before it reported (${await end})${reason}`, {
    code: 'SUPERVISOR_DIED',
    stage: '',
    errno: 0,
  });
}

async function lastWords(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LAST_WORDS), 0, LAST_WORDS, 0);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await handle.close();
  }
}
