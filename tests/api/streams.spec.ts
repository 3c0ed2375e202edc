import { type LogMessage, logMessage, type MetricsSubscription, metricsMessage, WS_ROUTES } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import type { Socket } from '../support/socket.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
const create = (...command: string[]) => suite.api.containers.create({ image: suite.image('busybox'), command, start: true });

async function untilEnd(socket: Socket): Promise<LogMessage[]> {
  const all: LogMessage[] = [];
  while (all.at(-1)?.type !== 'end') all.push(await socket.next(logMessage));
  return all;
}

describe('the logs WebSocket', () => {
  it('gives the past, then what comes, then the end', async () => {
    const { id } = await create('sh', '-c', 'echo past; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo future; exit 6');
    const socket = await suite.api.socket(WS_ROUTES.logs(id));
    expect(await socket.next(logMessage)).toMatchObject({ type: 'line', text: 'past', stream: 'stdout' });
    await suite.api.containers.exec(id, { command: ['touch', '/tmp/go'] });
    const rest = await untilEnd(socket);
    expect(rest).toMatchObject([{ text: 'future' }, { type: 'end', exitCode: 6 }]);
  });

  it('of an unknown container is refused or says so', async () => {
    const outcome = await suite.api.socket(WS_ROUTES.logs('f'.repeat(64))).then(
      async (socket) => (await socket.next(logMessage)).type,
      (error: Error) => error.message,
    );
    expect(['error', 'refused with status 404']).toContain(outcome);
  });

  it('of a reader who stops costs only that reader: the container and others go on', async () => {
    const { id } = await create('sh', '-c', 'while [ ! -e /tmp/go ]; do sleep 0.05; done; seq 1 300000; echo last');
    const slow = await suite.api.socket(WS_ROUTES.logs(id), { timestamps: false });
    slow.raw.pause();
    const fast = await suite.api.socket(WS_ROUTES.logs(id), { timestamps: false, tail: 0 });
    await suite.api.containers.exec(id, { command: ['touch', '/tmp/go'] });
    const result = await suite.api.containers.wait(id);
    expect(result.exitCode).toBe(0);
    const seen = await untilEnd(fast);
    expect(seen.some((message) => message.type === 'line' && message.text === 'last')).toBe(true);
    slow.raw.resume();
    expect((await untilEnd(slow)).at(-1)).toMatchObject({ type: 'end', exitCode: 0 });
  });
});

describe('the metrics WebSocket', () => {
  const subscribe = async (message: MetricsSubscription) => {
    const socket = await suite.api.socket(WS_ROUTES.metrics);
    socket.send(message);
    return socket;
  };

  it('carries many containers in one message a second', async () => {
    const ids = (await Promise.all([1, 2, 3].map(() => create('sleep', '100')))).map(({ id }) => id);
    const socket = await subscribe({ type: 'subscribe', containers: ids });
    const message = await socket.next(
      metricsMessage,
      ({ type, ...rest }) => type === 'samples' && 'samples' in rest && Object.keys(rest.samples).length === 3,
    );
    if (message.type !== 'samples') throw new Error('no samples');
    expect(Object.keys(message.samples).sort()).toEqual([...ids].sort());
    socket.close();
  });

  it('with all includes containers that start later, and leaves out those that ended', async () => {
    const socket = await subscribe({ type: 'subscribe', containers: 'all' });
    const { id } = await create('sleep', '100');
    await socket.next(metricsMessage, (message) => message.type === 'samples' && id in message.samples);
    await suite.api.containers.remove(id, { force: true });
    await socket.next(metricsMessage, (message) => message.type === 'samples' && !(id in message.samples));
    socket.close();
  });

  it('gives the history first when asked', async () => {
    const { id } = await create('sleep', '100');
    const first = await subscribe({ type: 'subscribe', containers: [id] });
    for (let seconds = 0; seconds < 2; seconds++) await first.next(metricsMessage, (message) => message.type === 'samples');
    first.close();
    const second = await subscribe({ type: 'subscribe', containers: [id], history: true });
    const history = await second.next(metricsMessage);
    expect(history).toMatchObject({ type: 'history', container: id });
    second.close();
  });

  it('answers nonsense with an error', async () => {
    const socket = await suite.api.socket(WS_ROUTES.metrics);
    socket.raw.send('{"type":"dance"}');
    expect(await socket.next(metricsMessage)).toMatchObject({ type: 'error', code: 'invalid_input' });
    socket.close();
  });
});
