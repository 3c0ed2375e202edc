import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox', 'redis', 'python'] });
const busybox = () => suite.image('busybox');
const sleeper = (name?: string) =>
  suite.api.containers.create({ image: busybox(), command: ['sleep', '1000'], start: true, ...(name === undefined ? {} : { name }) });

describe('a run', () => {
  it.each([
    ['true', ['true'], 0],
    ['false', ['false'], 1],
    ['a script that says 42', ['sh', '-c', 'exit 42'], 42],
    ['a script killed by its own SIGTERM handler', ['sh', '-c', "trap 'exit 7' TERM; kill $$; sleep 5"], 7],
  ])('of %s ends with its exit code', async (_, command, exitCode) => {
    const { container, result } = await suite.api.run({ image: busybox(), command });
    expect(result).toMatchObject({ exitCode, oomKilled: false });
    const detail = await suite.api.containers.inspect(container.id);
    expect(detail).toMatchObject({ state: 'exited', exitCode, pid: null, error: null, finishedAt: result.finishedAt });
    expect(Date.parse(detail.startedAt ?? '')).toBeLessThanOrEqual(Date.parse(result.finishedAt));
  });

  it.each([
    ['a program that is not there', ['/no/such/program'], 'command_not_found', 127],
    ['a name that is not on the PATH', ['no-such-program'], 'command_not_found', 127],
    ['a file that is no program', ['/etc/passwd'], 'command_not_executable', 126],
  ] as const)('of %s is refused with its name, and leaves the exit code a shell would', async (_, command, code, exitCode) => {
    const { id } = await suite.api.containers.create({ image: busybox(), command: [...command] });
    const failure = await expectFailure(suite.api.containers.start(id), code);
    expect(failure.body.message).toContain(command[0]);
    const detail = await suite.api.containers.inspect(id);
    expect(detail).toMatchObject({ exitCode, pid: null });
    expect(['created', 'exited']).toContain(detail.state);
    expect(detail.error).toContain(command[0]);
  });

  it('takes command, environment, directory, user and host name from the request', async () => {
    const script = 'echo $WORD $PWD $(id -u):$(id -g) $(hostname) $HOME';
    const { container, result } = await suite.api.run({
      image: busybox(),
      command: ['sh', '-c', script],
      env: { WORD: 'one two=3' },
      workingDir: '/home/new',
      user: 'app',
      hostname: 'harbour',
    });
    expect(result.exitCode).toBe(0);
    expect(await suite.api.output(container.id)).toBe('one two=3 /home/new 1000:1000 harbour /home\n');
  });

  it('takes them from the image where the request is silent', async () => {
    const { container } = await suite.api.run({
      image: suite.image('python'),
      command: ['-c', 'import os; print(os.getcwd(), os.environ["PYTHONUNBUFFERED"])'],
    });
    expect(await suite.api.output(container.id)).toBe('/work 1\n');
  });

  it('of redis serves, and saves nothing on SIGTERM but leaves with 0', async () => {
    const { id } = await suite.api.containers.create({ image: suite.image('redis'), start: true });
    await until(
      () => suite.api.containers.exec(id, { command: ['redis-cli', 'set', 'key', 'value'] }),
      ({ stdout }) => stdout === 'OK\n',
    );
    expect((await suite.api.containers.exec(id, { command: ['redis-cli', 'get', 'key'] })).stdout).toBe('value\n');
    await suite.api.containers.stop(id);
    expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 0 });
  });

  it('can be repeated: a second start is a new run on the same files', async () => {
    const { container } = await suite.api.run({ image: busybox(), command: ['sh', '-c', 'echo x >> /tmp/runs; wc -l < /tmp/runs'] });
    await suite.api.containers.start(container.id);
    await suite.api.containers.wait(container.id);
    expect(await suite.api.output(container.id)).toBe('1\n2\n');
  });
});

describe('the end of a run', () => {
  it('stop asks with SIGTERM and reports what the process made of it', async () => {
    const { id } = await suite.api.containers.create({
      image: busybox(),
      command: ['sh', '-c', "trap 'exit 9' TERM; while true; do sleep 0.1; done"],
      start: true,
    });
    await suite.api.containers.stop(id);
    expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 9 });
  });

  it('stop kills what does not listen, after its time', async () => {
    const { id } = await sleeper();
    const begun = Date.now();
    await suite.api.containers.stop(id, 1);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(900);
    expect(await suite.api.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137, oomKilled: false });
  });

  it.each([
    [undefined, 137],
    ['SIGKILL', 137],
    [9, 137],
  ])('kill with %s ends it with %i', async (signal, exitCode) => {
    const { id } = await sleeper();
    await suite.api.containers.kill(id, signal);
    expect((await suite.api.containers.wait(id)).exitCode).toBe(exitCode);
  });

  it('kill sends any signal to the process', async () => {
    const { id } = await suite.api.containers.create({
      image: busybox(),
      command: ['sh', '-c', "trap 'exit 3' USR1; echo ready; while true; do sleep 0.1; done"],
      start: true,
    });
    for await (const line of suite.api.containers.logs(id, { follow: true })) if (line.type === 'line') break;
    await suite.api.containers.kill(id, 'USR1');
    expect((await suite.api.containers.wait(id)).exitCode).toBe(3);
  });

  it('wait answers at once when it ended long ago', async () => {
    const { container, result } = await suite.api.run({ image: busybox(), command: ['true'] });
    expect(await suite.api.containers.wait(container.id)).toEqual(result);
  });

  it('restart gives a new process and a new start time', async () => {
    const { id } = await sleeper();
    const before = await suite.api.containers.inspect(id);
    await suite.api.containers.restart(id, 0);
    const after = await suite.api.containers.inspect(id);
    expect(after.state).toBe('running');
    expect(after.pid).not.toBe(before.pid);
    expect(Date.parse(after.startedAt ?? '')).toBeGreaterThan(Date.parse(before.startedAt ?? ''));
  });
});

describe('names', () => {
  it('a readable one is made up', async () => {
    const { name } = await suite.api.containers.create({ image: busybox() });
    expect(name).toMatch(/^[a-z]+[-_][a-z]+/);
  });

  it('a container is found by its name and by the beginning of its id', async () => {
    const { id } = await suite.api.containers.create({ image: busybox(), name: 'findable' });
    expect((await suite.api.containers.inspect('findable')).id).toBe(id);
    expect((await suite.api.containers.inspect(id.slice(0, 12))).id).toBe(id);
  });

  it('a second container of the same name is refused until the first is gone', async () => {
    const { id } = await suite.api.containers.create({ image: busybox(), name: 'only-one' });
    const failure = await expectFailure(suite.api.containers.create({ image: busybox(), name: 'only-one' }), 'container_name_taken');
    expect(failure.body.message).toContain('only-one');
    await suite.api.containers.remove(id);
    await suite.api.containers.create({ image: busybox(), name: 'only-one' });
  });

  it.each(['-dash', 'with space', '../up', ''])('"%s" is no name', async (name) => {
    await expectFailure(suite.api.containers.create({ image: busybox(), name }), 'invalid_input');
  });
});

describe('what is not there or not in the right state', () => {
  const unknown = 'f'.repeat(64);

  it('an unknown container is not found, whatever is asked of it', async () => {
    const { containers } = suite.api;
    for (const verb of ['inspect', 'start', 'stop', 'kill', 'remove'] as const)
      await expectFailure(containers[verb](unknown), 'container_not_found');
    await expectFailure(containers.exec(unknown, { command: ['true'] }), 'container_not_found');
  });

  it('an unknown image is not found', async () => {
    const failure = await expectFailure(suite.api.containers.create({ image: 'nothing-of-the-kind' }), 'image_not_found');
    expect(failure.body.message).toContain('nothing-of-the-kind');
  });

  it('a container that does not run cannot be killed or typed into', async () => {
    const { id } = await suite.api.containers.create({ image: busybox() });
    await expectFailure(suite.api.containers.kill(id), 'container_state_conflict');
    await expectFailure(suite.api.containers.exec(id, { command: ['true'] }), 'container_state_conflict');
  });

  it('a running container is removed only by force', async () => {
    const { id } = await sleeper('keeps-running');
    const failure = await expectFailure(suite.api.containers.remove(id), 'container_state_conflict');
    expect(failure.body.message).toContain('keeps-running');
    await suite.api.containers.remove(id, { force: true });
    await expectFailure(suite.api.containers.inspect(id), 'container_not_found');
  });

  it('a hundred verbs at once on one container leave it in one state', async () => {
    const { id } = await sleeper();
    const verbs = Array.from({ length: 100 }, (_, at) =>
      at % 2 === 0 ? suite.api.containers.stop(id, 0) : suite.api.containers.start(id),
    );
    await Promise.allSettled(verbs);
    const { state, pid } = await suite.api.containers.inspect(id);
    expect([
      ['running', true],
      ['exited', false],
    ]).toContainEqual([state, pid !== null]);
  });
});
