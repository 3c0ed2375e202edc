import { eventMessage, type KeelsonEvent, keelsonEvent, WS_ROUTES } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { collect } from '../support/api.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
const events = (query: Record<string, string | number | boolean> = {}) => suite.api.lines(keelsonEvent, 'GET', '/events', { query });
const actionsOf = (all: readonly KeelsonEvent[], id: string) => all.filter(({ subject }) => subject.id === id).map(({ action }) => action);

describe('the record of events', () => {
  it('tells the life of a container in its order', async () => {
    const { container } = await suite.api.run({ image: suite.image('busybox'), command: ['sh', '-c', 'exit 3'], name: 'told' });
    await suite.api.containers.remove(container.id);
    const all = await collect(events());
    expect(actionsOf(all, container.id)).toEqual(['container.create', 'container.start', 'container.exit', 'container.remove']);
    const exit = all.find(({ action, subject }) => action === 'container.exit' && subject.id === container.id);
    expect(exit).toMatchObject({ subject: { type: 'container', name: 'told' }, attributes: { exitCode: '3' } });
    const sequences = all.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });

  it('names who asked, and says system for what nobody asked for', async () => {
    const { container } = await suite.api.run({ image: suite.image('busybox'), command: ['true'] });
    const own = (await collect(events())).filter(({ subject }) => subject.id === container.id);
    expect(own.find(({ action }) => action === 'container.create')?.actor).not.toBe('system');
    expect(own.find(({ action }) => action === 'container.exit')?.actor).toBe('system');
  });

  it('tells of a pull', async () => {
    const pulls = (await collect(events())).filter(({ action }) => action === 'image.pull');
    expect(pulls.map(({ subject }) => subject.name)).toContain(suite.image('busybox'));
  });

  it('resumes after a sequence and stops at a limit', async () => {
    const all = await collect(events());
    const middle = all[2]?.sequence ?? 0;
    expect(await collect(events({ after: middle }))).toEqual(all.slice(3));
    expect(await collect(events({ limit: 2 }))).toHaveLength(2);
  });

  it('followed, goes on with what happens', async () => {
    const last = (await collect(events())).at(-1)?.sequence ?? 0;
    const seen: string[] = [];
    const created = suite.api.containers.create({ image: suite.image('busybox'), name: 'followed' });
    for await (const { action, subject } of events({ after: last, follow: true })) {
      seen.push(`${action} ${subject.name}`);
      break;
    }
    await created;
    expect(seen).toEqual(['container.create followed']);
  });

  it('says that memory ran out before it says how the container ended', async () => {
    const { container } = await suite.api.run({
      image: suite.image('busybox'),
      command: ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=64M', 'count=1'],
      resources: { memoryBytes: 16 * 1024 * 1024, memorySwapBytes: 16 * 1024 * 1024 },
    });
    const actions = actionsOf(await collect(events()), container.id);
    expect(actions).toEqual(['container.create', 'container.start', 'container.oom', 'container.exit']);
  });
});

describe('the events WebSocket', () => {
  it('tells every listener of everything that happens, in one order', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => suite.api.socket(WS_ROUTES.events)));
    const { container } = await suite.api.run({ image: suite.image('busybox'), command: ['true'] });
    for (const socket of sockets) {
      const actions: string[] = [];
      while (actions.at(-1) !== 'container.exit') {
        const message = await socket.next(eventMessage);
        if (message.type === 'event' && message.event.subject.id === container.id) actions.push(message.event.action);
      }
      expect(actions).toEqual(['container.create', 'container.start', 'container.exit']);
      socket.close();
    }
  });
});
