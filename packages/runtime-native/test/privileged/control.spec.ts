import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  attach,
  controlState,
  exec,
  type ProcessStreams,
  type RuntimeError,
  readExitRecord,
  readState,
  resize,
  signal,
} from '../../lib/index.js';
import { type Bundle, type Config, type Launch, Workshop } from '../support/bundle.js';
import { startContainer } from '../support/containers.js';

let workshop: Workshop;
const running: Awaited<ReturnType<typeof startContainer>>[] = [];
beforeAll(() => {
  workshop = new Workshop();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((container) => container.end()));
});
afterAll(() => workshop.close());

async function start(args: string[], change?: (config: Config, launch: Launch) => void) {
  const bundle: Bundle = workshop.bundle(args, change);
  const container = await startContainer(bundle);
  running.push(container);
  return { ...container, bundle };
}

async function collect({ output }: ProcessStreams) {
  const text = { stdout: '', stderr: '', gap: '' };
  for await (const chunk of output)
    text[chunk.stream] += chunk.stream === 'gap' ? chunk.bytes : Buffer.from(chunk.bytes).toString('latin1');
  return text;
}

const command = (args: string[], more: object = {}) => ({
  args,
  env: ['PATH=/bin'],
  cwd: '/',
  user: { uid: 0, gid: 0 },
  terminal: false,
  noNewPrivileges: true,
  ...more,
});

describe('a container started by the addon', () => {
  it('is what the report, its state file and its supervisor say', async () => {
    const { pid, startTicks, startedAt, control, bundle } = await start(['sleep', '1000']);
    const file = await readState(join(bundle.launch.runDir, 'state.json'));
    expect(file).toMatchObject({ id: bundle.launch.id, pid, startTicks, startedAt });
    expect(await controlState(control)).toEqual({ ...file, exited: false, paused: false });
    const stat = readFileSync(`/proc/${file?.supervisorPid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    expect([Number(stat[1]), Number(stat[3])]).toEqual([process.pid, file?.supervisorPid]);
  });

  it('tells its end after it is on disk', async () => {
    const { control, exit, bundle } = await start(['sleep', '1000']);
    expect(await readExitRecord(bundle.launch.exitFile)).toBeNull();
    await signal(control, 9);
    const told = await exit;
    expect(told).toMatchObject({ exitCode: 137, signal: 9, oomKilled: false });
    expect(await readExitRecord(bundle.launch.exitFile)).toEqual(told);
  });

  it('rejects with the stage and errno of what the kernel refused', async () => {
    await expect(start(['nothing-like-this'])).rejects.toMatchObject({ code: 'RUNTIME_FAILED', stage: 'exec', errno: 2 });
  });
});

describe('exec', () => {
  it('tells the exit code also to a client that writes while it comes', async () => {
    const { control } = await start(['sleep', '1000']);
    for (let round = 0; round < 100; round += 1) {
      const streams = await exec(control, command(['sh', '-c', `exit ${round}`], { terminal: true }), { stdin: true });
      let open = true;
      const type = () => {
        streams.resize(10, 20);
        if (open) setImmediate(type);
      };
      type();
      await collect(streams).finally(() => {
        open = false;
      });
      expect(await streams.exit).toEqual({ exitCode: round, signal: 0 });
    }
  });

  it('delivers both streams and the exit code', async () => {
    const { control } = await start(['sleep', '1000']);
    const streams = await exec(control, command(['sh', '-c', 'echo out; echo err >&2; exit 42']), { stdin: false });
    expect(await collect(streams)).toEqual({ stdout: 'out\n', stderr: 'err\n', gap: '' });
    expect(await streams.exit).toEqual({ exitCode: 42, signal: 0 });
  });

  it('carries megabytes both ways unchanged', async () => {
    const { control } = await start(['sleep', '1000']);
    const streams = await exec(control, command(['cat']), { stdin: true });
    const sent = Buffer.alloc(8 << 20, 'the quick brown fox ');
    const writing = (async () => {
      for (let at = 0; at < sent.length; at += 1 << 18) await streams.write(sent.subarray(at, at + (1 << 18)));
      streams.closeStdin();
    })();
    const { stdout } = await collect(streams);
    await writing;
    expect(Buffer.from(stdout, 'latin1').equals(sent)).toBe(true);
  });

  it('makes only the process wait for a reader that does not come', async () => {
    const { control } = await start(['sleep', '1000']);
    const streams = await exec(control, command(['yes']), { stdin: false });
    const output = streams.output[Symbol.asyncIterator]();
    await output.next();
    // A pipe of 64 KiB is full and its writer sleeps in the kernel.
    await expect.poll(() => readFileSync(`/proc/${streams.pid}/wchan`, 'utf8'), { timeout: 10_000 }).toMatch(/pipe_write/);
    expect((await controlState(control)).exited).toBe(false);
    streams.signal(9);
    streams.close();
  });

  it('listens to a writer whose input nobody reads any more', async () => {
    const { control } = await start(['sleep', '1000']);
    const streams = await exec(control, command(['sh', '-c', 'sleep 1; exec <&-; echo closed; exec sleep 1000']), { stdin: true });
    // More than the pipe and the supervisor hold: it stops reading from us until there is room.
    const written = streams.write(Buffer.alloc(3 * 1024 * 1024)).catch(() => undefined);
    const output = collect(streams);
    await written;
    streams.signal(9);
    expect(await streams.exit).toMatchObject({ signal: 9 });
    expect((await output).stdout).toBe('closed\n');
  });

  it('has a terminal of the size that was asked for, and changes it', async () => {
    const { control } = await start(['sleep', '1000']);
    const tty = command(['sh', '-c', 'stty size; read line; stty size; echo "$line"'], {
      terminal: true,
      consoleSize: { height: 30, width: 100 },
    });
    const streams = await exec(control, tty, { stdin: true });
    const output = streams.output[Symbol.asyncIterator]();
    let seen = '';
    while (!seen.includes('30 100')) {
      const { value, done } = await output.next();
      if (done) break;
      if (value.stream === 'stdout') seen += Buffer.from(value.bytes).toString();
    }
    streams.resize(24, 80);
    await streams.write(Buffer.from('typed\n'));
    for (let next = await output.next(); !next.done; next = await output.next())
      if (next.value.stream === 'stdout') seen += Buffer.from(next.value.bytes).toString();
    expect(seen).toBe('30 100\r\ntyped\r\n24 80\r\ntyped\r\n');
    expect(await streams.exit).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['no such command', ['nothing-like-this'], 2],
    ['what is not executable', ['/etc/passwd'], 13],
  ])('says %s', async (_, args, errno) => {
    const { control } = await start(['sleep', '1000']);
    const refused = (await exec(control, command(args), { stdin: false }).catch((error: unknown) => error)) as RuntimeError;
    expect(refused).toMatchObject({ code: 'RUNTIME_FAILED', stage: 'exec', errno });
  });
});

describe('attach', () => {
  it('is a conversation with pid 1, and leaving does not end it', async () => {
    const { control } = await start(['cat'], (_, launch) => {
      launch.stdin = 'open';
    });
    const first = await attach(control, { stdin: true });
    await first.write(Buffer.from('hello\n'));
    const { value } = await first.output[Symbol.asyncIterator]().next();
    expect(value).toMatchObject({ stream: 'stdout', bytes: Buffer.from('hello\n') });
    first.close();
    const second = await attach(control, { stdin: true });
    await second.write(Buffer.from('again\n'));
    second.closeStdin();
    expect((await collect(second)).stdout).toBe('again\n');
    expect(await second.exit).toMatchObject({ exitCode: 0 });
  });

  it('costs a slow reader its own bytes and never the container', async () => {
    const total = 16 << 20;
    const { control, exit } = await start(['sh', '-c', `read line; head -c ${total} /dev/zero`], (_, launch) => {
      launch.stdin = 'open';
    });
    const streams = await attach(control, { stdin: true });
    await streams.write(Buffer.from('go\n'));
    expect(await exit).toMatchObject({ exitCode: 0 });
    const counted = { stdout: 0, stderr: 0, gap: 0 };
    for await (const { stream, bytes } of streams.output) counted[stream] += typeof bytes === 'number' ? bytes : bytes.length;
    expect(counted.gap).toBeGreaterThan(0);
    expect(counted.stdout + counted.gap).toBe(total);
  });

  it('resizes the terminal of the container from a connection of its own', async () => {
    const { control } = await start(['sh', '-c', 'read line; stty size'], (config, launch) => {
      config.process.terminal = true;
      launch.stdin = 'open';
    });
    const streams = await attach(control, { stdin: true });
    await resize(control, 33, 111);
    await streams.write(Buffer.from('\n'));
    expect((await collect(streams)).stdout).toContain('33 111');
  });
});
