import { describe, expect, it } from 'vitest';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox'] });
const create = (script: string, input: object = {}) =>
  suite.api.containers.create({ image: suite.image('busybox'), command: ['sh', '-c', script], init: true, start: true, ...input });
const inside = async (id: string, script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim();
const says = (id: string, words: string) =>
  until(
    () => suite.api.output(id),
    (text) => text.includes(words),
  );

describe('a container with init', () => {
  it('has our program as process 1, read-only, and the workload as its child', async () => {
    const { id } = await create('echo up; while :; do sleep 0.1; done');
    await says(id, 'up');
    expect(await inside(id, "tr '\\0' ' ' < /proc/1/cmdline")).toMatch(/^\/dev\/init -- sh -c/);
    expect(await inside(id, 'grep " /dev/init " /proc/mounts')).toMatch(/ ro,nosuid,nodev/);
    expect(await inside(id, 'echo x >> /dev/init; echo x >> /proc/1/exe; rm -f /dev/init; ls /dev/init')).toBe('/dev/init');
    expect((await suite.api.containers.inspect(id)).init).toBe(true);
    await suite.api.containers.remove(id, { force: true });
  });

  it('reaps the orphans that a workload leaves, which without it stay', async () => {
    const orphans = 'for i in 1 2 3 4 5; do (until [ -e /tmp/go ]; do usleep 10000; done &) ; done; echo left; exec sleep 1000';
    const zombies = 'cat /proc/[0-9]*/status | grep -c "^State:.Z"';
    const [withInit, without] = [await create(orphans), await create(orphans, { init: false })];
    for (const { id } of [withInit, without]) await says(id, 'left');
    // Ended only when the shell, which would have reaped them, has become the sleep.
    for (const { id } of [withInit, without]) {
      await until(
        () => inside(id, 'cat /proc/[0-9]*/comm'),
        (names) => names.split('\n').includes('sleep'),
      );
      await inside(id, 'touch /tmp/go');
    }
    await until(
      () => inside(without.id, zombies),
      (count) => count === '5',
    );
    await until(
      () => inside(withInit.id, zombies),
      (count) => count === '0',
    );
    for (const { id } of [withInit, without]) await suite.api.containers.remove(id, { force: true });
  });

  it('hands signals on, also to a program that as process 1 would not hear them', async () => {
    const { id } = await suite.api.containers.create({
      image: suite.image('busybox'),
      command: ['sleep', '1000'],
      init: true,
      start: true,
    });
    await suite.api.containers.stop(id, 30);
    expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 143 });
    const trapping = await create('trap "echo usr" USR1; trap "exit 9" TERM; echo up; while :; do sleep 0.05; done');
    await says(trapping.id, 'up');
    await suite.api.containers.kill(trapping.id, 'USR1');
    await says(trapping.id, 'usr');
    await suite.api.containers.stop(trapping.id, 30);
    expect((await suite.api.containers.inspect(trapping.id)).exitCode).toBe(9);
  });

  it.each([
    ['exit 0', 0],
    ['exit 42', 42],
    ['kill -9 $$', 137],
    ['exec /nowhere', 127],
    ['exec /etc/passwd', 126],
  ])('ends as its workload ended: %s is %i', async (script, exitCode) => {
    const { id } = await create(script);
    expect(await suite.api.containers.wait(id)).toMatchObject({ exitCode });
  });

  it('says what cannot be run', async () => {
    const { container, result } = await suite.api.run({ image: suite.image('busybox'), command: ['/nowhere'], init: true });
    expect(result.exitCode).toBe(127);
    expect(await suite.api.output(container.id, 'stderr')).toBe('init: cannot run /nowhere: No such file or directory\n');
  });
});
