import { describe, expect, it } from 'vitest';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox'] });
const start = (name: 'no' | 'always' | 'unless-stopped' | 'on-failure', script: string, maximumRetryCount?: number) =>
  suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', script],
    restartPolicy: { name, ...(maximumRetryCount === undefined ? {} : { maximumRetryCount }) },
    start: true,
  });
const inspect = (id: string) => suite.api.containers.inspect(id);

describe('a restart policy', () => {
  it('on-failure tries as often as it may and then gives up with the last exit code', async () => {
    const { id } = await start('on-failure', 'echo run; exit 3', 2);
    const ended = await until(
      () => inspect(id),
      ({ state, restartCount }) => state === 'exited' && restartCount === 2,
      20_000,
    );
    expect(ended.exitCode).toBe(3);
    expect(await suite.api.output(id)).toBe('run\nrun\nrun\n');
  });

  it('on-failure leaves a success alone', async () => {
    const { id } = await start('on-failure', 'exit 0');
    await suite.api.containers.wait(id);
    expect(await inspect(id)).toMatchObject({ state: 'exited', restartCount: 0 });
  });

  it.each(['always', 'unless-stopped'] as const)('%s brings back what ended, and not what a user stopped', async (name) => {
    const { id } = await start(name, 'if [ -e /tmp/seen ]; then sleep 1000; else touch /tmp/seen; fi');
    await until(
      () => inspect(id),
      ({ state, restartCount }) => state === 'running' && restartCount === 1,
    );
    await suite.api.containers.stop(id, 0);
    expect((await inspect(id)).state).toBe('exited');
    // The pause before a restart is at most a second this early, so a restart would show.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await inspect(id)).toMatchObject({ state: 'exited', restartCount: 1 });
  });

  it('waits longer before each further try, and can be removed while it waits', async () => {
    const { id } = await start('always', 'exit 1');
    await until(
      () => inspect(id),
      ({ state, restartCount }) => state === 'restarting' && restartCount >= 2,
      20_000,
    );
    await suite.api.containers.remove(id, { force: true });
    expect((await suite.api.containers.list()).map((container) => container.id)).not.toContain(id);
  });

  it('no leaves a failure where it is', async () => {
    const { id } = await start('no', 'exit 5');
    await suite.api.containers.wait(id);
    expect(await inspect(id)).toMatchObject({ state: 'exited', exitCode: 5, restartCount: 0 });
  });
});
