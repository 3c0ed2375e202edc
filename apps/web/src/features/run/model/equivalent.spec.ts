import { expect, it } from 'vitest';
import { splitCommand } from '../../../lib/split-command';
import { curlLine, dockerLine } from './equivalent';

const REQUEST = {
  image: 'nginx:1',
  name: 'web',
  command: ['sh', '-c', "echo 'a'"],
  env: { GREETING: "it's me" },
  restartPolicy: { name: 'on-failure' as const, maximumRetryCount: 3 },
  ports: [{ hostPort: 8080, containerPort: 80 }, { containerPort: 443 }],
  resources: { memoryBytes: 67_108_864, cpus: 1.5, pidsLimit: 64 },
  start: true,
};

it('a shell reads the request back from the curl line', () => {
  const { argv } = splitCommand(curlLine(REQUEST, 'http://127.0.0.1:7070'));
  expect(argv.slice(0, 4)).toEqual(['curl', '-X', 'POST', 'http://127.0.0.1:7070/api/v1/containers']);
  expect(JSON.parse(argv.at(-1) ?? '')).toEqual(REQUEST);
});

it('the docker line has an option for each field', () => {
  expect(splitCommand(dockerLine(REQUEST)).argv).toEqual(
    [
      ['docker', 'run', '-d', '--name', 'web', '-e', "GREETING=it's me", '--restart', 'on-failure:3', '-p', '8080:80', '-p', '443'],
      ['--memory', '64m', '--cpus', '1.5', '--pids-limit', '64', 'nginx:1', 'sh', '-c', "echo 'a'"],
    ].flat(),
  );
});

it("the docker line says limits and confinement in docker's words", () => {
  const line = dockerLine({
    image: 'busybox',
    resources: { memorySwapBytes: -1, ulimits: [{ name: 'nofile', soft: 5 }], ioWriteBps: [{ path: '/dev/sda', rate: 1024 }] },
    mounts: [{ type: 'bind', source: '/srv', target: '/data', readOnly: true }],
    security: { dropCapabilities: ['ALL'] },
    healthcheck: { command: ['test', '-e', '/a b'], intervalSeconds: 2 },
  });
  expect(splitCommand(line).argv.slice(3, -1)).toEqual(
    [
      ['--health-cmd', "test -e '/a b'", '--health-interval', '2s', '--memory-swap', '-1', '--device-write-bps', '/dev/sda:1024'],
      ['--ulimit', 'nofile=5:5', '--mount', 'type=bind,source=/srv,target=/data,readonly', '--cap-drop', 'ALL'],
    ].flat(),
  );
});

it('a short docker line is one line', () => {
  expect(dockerLine({ image: 'busybox', command: ['true'], start: true })).toBe('docker run -d busybox true');
});
