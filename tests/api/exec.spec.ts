import { beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/expect-failure.js';
import { useSuite } from '../support/suite.js';

const suite = useSuite({ images: ['busybox'] });
let id: string;

beforeAll(async () => {
  ({ id } = await suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sleep', '1000'],
    env: { FROM: 'container' },
    workingDir: '/home',
    start: true,
  }));
});

const exec = (...command: string[]) => suite.api.containers.exec(id, { command });

describe('an exec', () => {
  it('answers exit code and both streams apart', async () => {
    expect(await exec('sh', '-c', 'echo out; echo err >&2; exit 5')).toEqual({
      exitCode: 5,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
  });

  it('runs in the container’s namespaces, with its environment and directory', async () => {
    const { stdout } = await exec('sh', '-c', 'echo $FROM $PWD; readlink /proc/self/ns/pid; readlink /proc/1/ns/pid; cat /proc/1/comm');
    const [where, own, first, name] = stdout.split('\n');
    expect([where, name]).toEqual(['container /home', 'sleep']);
    expect(own).toBe(first);
  });

  it('takes user, directory and environment of its own', async () => {
    const { stdout } = await suite.api.containers.exec(id, {
      command: ['sh', '-c', 'echo $(id -u):$(id -g) $(id -G) $PWD $FROM $MORE'],
      user: 'app',
      workingDir: '/tmp',
      env: { MORE: 'x y' },
    });
    expect(stdout).toBe('1000:1000 1000 2000 /tmp container x y\n');
  });

  it('gives its input to the process and then ends it', async () => {
    const { stdout } = await suite.api.containers.exec(id, { command: ['wc', '-c'], stdin: 'twelve bytes' });
    expect(stdout.trim()).toBe('12');
  });

  it('without input reads end of file at once', async () => {
    expect(await exec('cat')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('tells when it cut a stream at 1 MiB', async () => {
    const { stdout, truncated, exitCode } = await exec('sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x');
    expect(truncated).toBe(true);
    expect(exitCode).toBe(0);
    expect(stdout.length).toBe(1_048_576);
  });

  it('has descriptors 0, 1 and 2 only', async () => {
    // The shell would become the ls, which opens the directory it lists, if that were its last command.
    const { stdout } = await exec('sh', '-c', 'ls /proc/$$/fd; true');
    expect(
      stdout
        .trim()
        .split('\n')
        .filter((fd) => Number(fd) < 10),
    ).toEqual(['0', '1', '2']);
  });

  it('is confined as the container is', async () => {
    const { stdout } = await exec(
      'sh',
      '-c',
      'grep -E "^(CapEff|CapBnd|Seccomp):" /proc/self/status; grep -E "^(CapEff|CapBnd|Seccomp):" /proc/1/status',
    );
    const lines = stdout.trim().split('\n');
    expect(lines.slice(0, 3)).toEqual(lines.slice(3));
  });

  it('dies by a signal with 128 and its number', async () => {
    expect((await exec('sh', '-c', 'kill -TERM $$')).exitCode).toBe(143);
  });

  it.each([
    ['/no/such', 'command_not_found'],
    ['/etc/passwd', 'command_not_executable'],
  ] as const)('of %s is refused as %s', async (program, code) => {
    const failure = await expectFailure(exec(program), code);
    expect(failure.body.message).toContain(program);
  });

  it('of an unknown user is refused by name', async () => {
    const refused = suite.api.containers.exec(id, { command: ['true'], user: 'nobody-knows' });
    await expect(refused).rejects.toThrow(/nobody-knows/);
  });

  it('by thirty callers at once answers each with its own output', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => exec('sh', '-c', `echo ${at}; exit ${at}`)));
    expect(answers.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(Array.from({ length: 30 }, (_, at) => [at, `${at}\n`]));
  });

  it('leaves no process behind that has ended', async () => {
    const { stdout } = await exec('sh', '-c', 'cat /proc/[0-9]*/stat | grep -c " Z "');
    expect(stdout.trim()).toBe('0');
  });
});
