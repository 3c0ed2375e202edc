import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
// Without it apt drops to the user _apt, who cannot write below a private directory.
const OPTIONS = ['-q', '-o', 'APT::Sandbox::User=root', '-o', 'DPkg::Lock::Timeout=120'];

/** Runs apt-get; once more after an update of the package lists when they are missing or too old. */
export async function aptGet(args: readonly string[], { cwd }: { cwd: string }): Promise<void> {
  try {
    await apt(args, cwd);
  } catch {
    await apt(['update'], cwd);
    await apt(args, cwd);
  }
}

async function apt(args: readonly string[], cwd: string): Promise<void> {
  await run('apt-get', [...OPTIONS, ...args], {
    cwd,
    timeout: 180_000,
    maxBuffer: 16 * 1024 * 1024,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
