import type { ExecResult, execInput } from '@keelson/contracts';
import type { z } from 'zod';
import type { CollectedExec, CollectRequest } from '../../../domain/containers/exec-container.js';

export function toCollectRequest({ command, user, workingDir, env, stdin }: z.output<typeof execInput>): CollectRequest {
  return {
    command,
    ...(user !== undefined && { user }),
    ...(workingDir !== undefined && { workingDir }),
    ...(env !== undefined && { env }),
    ...(stdin !== undefined && { stdin: Buffer.from(stdin) }),
  };
}

export function toExecResult({ exitCode, stdout, stderr, truncated }: CollectedExec): ExecResult {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
  return { exitCode, stdout: text(stdout), stderr: text(stderr), truncated };
}
