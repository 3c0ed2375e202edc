import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type Ended, KEELSON, RUNC, Runtime } from './support/bundles.js';

const ours = new Runtime(KEELSON);
const theirs = new Runtime(RUNC);
afterAll(async () => {
  await ours.close();
  await theirs.close();
});

/** What callers read: the status and the sentence, whoever says it. */
const heard = ({ code, stderr }: Ended, id: string) => ({
  code,
  says: (/msg="(.*)"\s*$/.exec(stderr)?.[1] ?? stderr)
    .replaceAll(/\b(keelson-runtime|runc)\b/g, 'RUNTIME')
    .replaceAll(id, 'ID')
    .toLowerCase(),
});

/** The same steps with both; `last` is the one whose answer counts. */
async function compare(args: readonly string[], steps: readonly (readonly string[])[]): Promise<{ ours: object; theirs: object }> {
  const answer = async (runtime: Runtime) => {
    const bundle = await runtime.bundle(args);
    const id = runtime.newId();
    let ended: Ended = { code: 0, stdout: '', stderr: '' };
    for (const step of steps) {
      if (step[0] === 'gone')
        await until(
          () => runtime.state(id),
          ({ status }) => status === 'stopped',
        );
      else ended = await runtime.act(...step.map((word) => word.replace('ID', id).replace('BUNDLE', bundle)));
    }
    return heard(ended, id);
  };
  return { ours: await answer(ours), theirs: await answer(theirs) };
}

const CREATE = ['create', '--bundle', 'BUNDLE', 'ID'];
const START = ['start', 'ID'];
const KILL = ['kill', 'ID', 'KILL'];
const GONE = ['gone'];
const SLEEP = ['sleep', '1000'];

describe('answers as runc does', () => {
  it.each([
    ['to run a program that ends with 5', ['sh', '-c', 'exit 5'], [['run', '--bundle', 'BUNDLE', 'ID']]],
    ['to run a program that is not there', ['nothere'], [['run', '--bundle', 'BUNDLE', 'ID']]],
    ['to run a path that is not there', ['/bin/nothere'], [['run', '--bundle', 'BUNDLE', 'ID']]],
    ['to run a file that is no program', ['/bin/no-program'], [['run', '--bundle', 'BUNDLE', 'ID']]],
    ['to create without a bundle', SLEEP, [['create', '--bundle', '/nonexistent', 'ID']]],
    ['to an id that is none', SLEEP, [['create', '--bundle', 'BUNDLE', 'a b']]],
    ['to create twice', SLEEP, [CREATE, CREATE]],
    ['to start twice', SLEEP, [CREATE, START, START]],
    ['to start what has stopped', SLEEP, [CREATE, KILL, GONE, START]],
    ['to state of nobody', SLEEP, [['state', 'nobody']]],
    ['to start of nobody', SLEEP, [['start', 'nobody']]],
    ['to kill of nobody', SLEEP, [['kill', 'nobody', 'KILL']]],
    ['to delete of nobody', SLEEP, [['delete', 'nobody']]],
    ['to delete of nobody by force', SLEEP, [['delete', '--force', 'nobody']]],
    ['to exec in nobody', SLEEP, [['exec', 'nobody', 'true']]],
    ['to delete of a running container', SLEEP, [CREATE, START, ['delete', 'ID']]],
    ['to delete of a running container by force', SLEEP, [CREATE, START, ['delete', '--force', 'ID']]],
    ['to delete of a stopped container', SLEEP, [CREATE, START, KILL, GONE, ['delete', 'ID']]],
    ['to kill of a stopped container', SLEEP, [CREATE, START, KILL, GONE, ['kill', 'ID', 'TERM']]],
    ['to kill of all of a stopped container', SLEEP, [CREATE, START, KILL, GONE, ['kill', '--all', 'ID', 'KILL']]],
    ['to a signal that is none', SLEEP, [CREATE, ['kill', 'ID', 'NOSIGNAL']]],
    ['to exec that ends with 7', SLEEP, [CREATE, START, ['exec', 'ID', 'sh', '-c', 'exit 7']]],
    ['to exec that kills itself', SLEEP, [CREATE, START, ['exec', 'ID', 'sh', '-c', 'kill -9 $$']]],
    ['to exec of what is not there', SLEEP, [CREATE, START, ['exec', 'ID', 'nothere']]],
    ['to exec of what is no program', SLEEP, [CREATE, START, ['exec', 'ID', '/bin/no-program']]],
    ['to exec in a directory that is not there', SLEEP, [CREATE, START, ['exec', '--cwd', '/nowhere', 'ID', 'true']]],
    ['to exec in a stopped container', SLEEP, [CREATE, KILL, GONE, ['exec', 'ID', 'true']]],
    ['to exec in a paused container', SLEEP, [CREATE, START, ['pause', 'ID'], ['exec', 'ID', 'true']]],
    ['to pause twice', SLEEP, [CREATE, START, ['pause', 'ID'], ['pause', 'ID']]],
    ['to resume of what runs', SLEEP, [CREATE, START, ['resume', 'ID']]],
    ['to pause of what has stopped', SLEEP, [CREATE, KILL, GONE, ['pause', 'ID']]],
    ['to update of what has stopped', SLEEP, [CREATE, KILL, GONE, ['update', '--memory', '100000000', 'ID']]],
    ['to delete by force of what is paused', SLEEP, [CREATE, START, ['pause', 'ID'], ['delete', '--force', 'ID']]],
  ] as const)('%s', async (_, args, steps) => {
    const both = await compare(args, steps);
    expect(both.ours).toEqual(both.theirs);
  });

  it('by a file of the log, in lines of JSON, and to standard error in plain words', async () => {
    for (const runtime of [ours, theirs]) {
      const log = runtime.path('log.json');
      const { code, stderr } = await runtime.act('--log', log, '--log-format', 'json', 'start', 'nobody');
      expect({ code, stderr }).toEqual({ code: 1, stderr: 'container does not exist\n' });
      const { readFileSync } = await import('node:fs');
      const line = JSON.parse(readFileSync(log, 'utf8')) as { level: string; msg: string; time: string };
      expect({ level: line.level, msg: line.msg }).toEqual({ level: 'error', msg: 'container does not exist' });
      expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });
});

describe('tells what the specification asks for', () => {
  it('in the state, through every status', async () => {
    const bundle = await ours.bundle(SLEEP, (config) => {
      config.annotations = { 'org.example.a': 'b' };
    });
    const id = await ours.create(bundle);
    const created = await ours.state(id);
    expect(created).toMatchObject({ id, status: 'created', bundle, annotations: { 'org.example.a': 'b' } });
    expect(created.ociVersion).toMatch(/^1\./);
    expect(created.pid).toBeGreaterThan(1);
    await ours.act('start', id);
    expect(await ours.state(id)).toMatchObject({ status: 'running', pid: created.pid });
    await ours.act('pause', id);
    expect((await ours.state(id)).status).toBe('paused');
    await ours.act('resume', id);
    expect((await ours.state(id)).status).toBe('running');
    await ours.act('kill', id, '9');
    await until(
      () => ours.state(id),
      ({ status }) => status === 'stopped',
    );
    expect(await ours.state(id)).toMatchObject({ status: 'stopped', pid: 0 });
    expect((await ours.act('delete', id)).code).toBe(0);
    expect(await ours.act('state', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('container does not exist') });
  });

  it('in the same members of state, features and list as runc', async () => {
    const shape = async (runtime: Runtime) => {
      const id = await runtime.create(await runtime.bundle(SLEEP));
      const state = Object.keys(await runtime.state(id)).sort();
      const [listed] = JSON.parse((await runtime.act('list', '--format', 'json')).stdout) as object[];
      const features = JSON.parse((await runtime.act('features')).stdout) as {
        hooks: string[];
        linux: { namespaces: string[]; capabilities: string[] };
      };
      const pids = JSON.parse((await runtime.act('ps', '--format', 'json', id)).stdout) as number[];
      return {
        state,
        listed: Object.keys(listed ?? {}).sort(),
        features: Object.keys(features).sort(),
        hooks: features.hooks,
        // Debian's runc has no time namespace yet.
        namespaces: features.linux.namespaces.filter((name) => name !== 'time'),
        capabilities: features.linux.capabilities,
        pids: pids.length,
      };
    };
    expect(await shape(ours)).toEqual(await shape(theirs));
  });

  it('by name where it cannot do what is asked', async () => {
    const bundle = await ours.bundle(SLEEP);
    const pivot = await ours.act('create', '--no-pivot', '--bundle', bundle, 'x1');
    expect(pivot).toMatchObject({ code: 1, stderr: expect.stringContaining('--no-pivot is not supported') });
    const systemd = await ours.act('--systemd-cgroup', 'create', '--bundle', bundle, 'x2');
    expect(systemd).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected cgroupsPath to be of format \\"slice:prefix:name\\"'),
    });
    const odd = await ours.bundle(SLEEP, (config) => {
      config.linux.intelRdt = { closID: 'x' };
    });
    expect(await ours.act('create', '--bundle', odd, 'x3')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('linux.intelRdt is not supported'),
    });
    expect((await ours.act('checkpoint', 'x1')).stderr).toContain('not supported');
    expect(JSON.parse((await ours.act('list', '--format', 'json')).stdout)?.map(({ id }: { id: string }) => id) ?? []).not.toContain('x1');
  });
});
