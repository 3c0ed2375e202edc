import { ApiFailure } from '../../support/client.js';
import type { Suite } from '../../support/suite.js';
import { until } from '../../support/until.js';
import type { ExitCase, ExitContainer, ExitState, Step } from './cases.js';

interface Heard {
  exec?: number;
  waited?: number;
}

/** Does the steps of a case at our door and says the state afterwards in docker's words. */
export async function outcomeOf(suite: Suite, images: Images, one: ExitCase): Promise<ExitState> {
  const { id } = await suite.api.containers.create(request(images, one.create));
  const heard: Heard = {};
  for (const step of one.steps) await take(suite, id, step, heard);
  const { state, exitCode, oomKilled, error, startedAt, finishedAt, restartCount, pid } = await suite.api.containers.inspect(id);
  const alive = state === 'running' || state === 'paused';
  if (alive !== (pid !== null)) throw new Error(`it is ${state} and has the pid ${pid}`);
  if (!alive && startedAt && !(Date.parse(startedAt) <= Date.parse(finishedAt ?? '')))
    throw new Error(`it ended ${finishedAt} and began ${startedAt}`);
  return {
    status: state as ExitState['status'],
    exitCode: exitCode ?? 0,
    oomKilled,
    error: error !== null,
    started: startedAt !== null,
    restarts: restartCount,
    ...heard,
  };
}

export type Images = Readonly<Record<NonNullable<ExitContainer['image']>, string>>;

function request(images: Images, { image = 'plain', command, restart, memoryMiB, cpuSeconds, ...rest }: ExitContainer) {
  const { init, hostPid, user, stopSignal } = rest;
  return {
    image: images[image],
    command: [...command],
    network: 'none' as const,
    ...(init && { init }),
    ...(user && { user }),
    ...(stopSignal && { stopSignal }),
    ...(hostPid && { namespaces: { pid: 'host' as const } }),
    resources: {
      ...(memoryMiB && { memoryBytes: memoryMiB * 1024 ** 2 }),
      ...(cpuSeconds && { ulimits: [{ name: 'cpu' as const, soft: cpuSeconds, hard: cpuSeconds }] }),
    },
    ...(restart && { restartPolicy: { name: restart[0], ...(restart[1] !== undefined && { maximumRetryCount: restart[1] }) } }),
  };
}

async function take({ api }: Suite, id: string, step: Step, heard: Heard): Promise<void> {
  switch (step[0]) {
    case 'start':
      return void (await api.containers.start(id));
    case 'start-fails':
      return refused(api.containers.start(id));
    case 'ready':
      for await (const line of api.containers.logs(id, { follow: true })) if (line.type === 'line' && line.text === 'ready') return;
      throw new Error('it ended before it was ready');
    case 'wait':
      heard.waited = (await api.containers.wait(id)).exitCode;
      return;
    case 'stop':
      return void (await api.containers.stop(id, step[1]));
    case 'restart':
      return void (await api.containers.restart(id, step[1]));
    case 'kill':
      return void (await api.containers.kill(id, step[1]));
    case 'pause':
      return void (await api.done('POST', `/containers/${id}/pause`));
    case 'host-kill':
      return void process.kill((await api.containers.inspect(id)).pid ?? 0, 'SIGKILL');
    case 'exec':
      heard.exec = await execCode(api.containers.exec(id, { command: step.slice(1) }));
      return;
    case 'until': {
      const [, status, restarts] = step;
      await until(
        () => api.containers.inspect(id),
        ({ state, restartCount }) => state === status && (restarts === undefined || restartCount === restarts),
        60_000,
      );
    }
  }
}

async function refused(start: Promise<unknown>): Promise<void> {
  const failure = await start.then(
    () => null,
    (error: unknown) => error,
  );
  if (failure === null) throw new Error('it was started');
  if (!(failure instanceof ApiFailure)) throw failure;
}

/** The codes that docker's client makes of an exec that cannot begin. */
async function execCode(exec: Promise<{ exitCode: number }>): Promise<number> {
  try {
    return (await exec).exitCode;
  } catch (error) {
    if (error instanceof ApiFailure && error.body.code === 'command_not_found') return 127;
    if (error instanceof ApiFailure && error.body.code === 'command_not_executable') return 126;
    throw error;
  }
}
