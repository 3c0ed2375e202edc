import { describe, expect, it } from 'vitest';
import { containerRecord } from '../../../testing/container-record.js';
import { execProcess } from './process.js';

const USER = { uid: 999, gid: 1000, additionalGids: [1000], home: '/data' };
const { config } = containerRecord({ config: { env: ['A=1', 'B=1'], workingDir: '/srv', tty: true } });

describe('a further process in a container', () => {
  it('has the environment and directory of the container, and no terminal of its own', () => {
    const process = execProcess(config, USER, { command: ['id'], stdin: false });
    expect(process).toMatchObject({ terminal: false, args: ['id'], cwd: '/srv', user: { uid: 999, gid: 1000 } });
    expect(process.env).toEqual(expect.arrayContaining(['A=1', 'B=1', 'HOME=/data', 'HOSTNAME=box']));
    expect(process.env).not.toContain('TERM=xterm');
  });

  it('takes directory, environment and terminal size from the request where it has them', () => {
    const process = execProcess(config, USER, {
      command: ['sh'],
      workingDir: '/tmp',
      env: { B: '2' },
      tty: { rows: 24, cols: 80 },
      stdin: true,
    });
    expect(process).toMatchObject({ terminal: true, consoleSize: { height: 24, width: 80 }, cwd: '/tmp' });
    expect(process.env).toEqual(expect.arrayContaining(['A=1', 'B=2', 'TERM=xterm']));
  });

  it('is confined like the container itself', () => {
    const process = execProcess(config, USER, { command: ['id'], stdin: false });
    expect(process.noNewPrivileges).toBe(true);
    expect(process.capabilities.ambient).toEqual([]);
    expect(process.capabilities.bounding).toHaveLength(11);
  });
});
