import { constants } from 'node:os';
import { RuntimeError } from '@keelson/runtime-native';
import { DomainError, type ErrorCode } from '../../domain/errors.js';

const { ENOENT, EADDRINUSE, ENOSPC, EDQUOT } = constants.errno;

/** What was asked for, for sentences. */
export interface Attempt {
  readonly container: string;
  readonly command: readonly string[];
}

/** From a failure of the native side to one of the domain; anything else passes unchanged. */
export function translateError(error: unknown, attempt: Attempt): unknown {
  if (!(error instanceof RuntimeError)) return error;
  const { stage, errno } = error;
  const details = { stage, errno };
  if (error.code === 'CONTROL_LOST') {
    return new DomainError('container_state_conflict', `container ${attempt.container} does not run any more`, details, { cause: error });
  }
  return new DomainError(codeOf(error), sentence(error, attempt), details, { cause: error });
}

function codeOf({ stage, errno }: RuntimeError): ErrorCode {
  if (stage === 'exec') return errno === ENOENT ? 'command_not_found' : 'command_not_executable';
  if (errno === ENOSPC || errno === EDQUOT) return 'storage_full';
  if (stage === 'cgroup.limit' || stage === 'sec.rlimit') return 'limit_invalid';
  if (stage === 'mount.source') return 'invalid_input';
  if (stage === 'net.port' && errno === EADDRINUSE) return 'port_in_use';
  if (stage.startsWith('net.')) return 'network_failed';
  return 'runtime_failed';
}

function sentence(error: RuntimeError, { container, command }: Attempt): string {
  const [program = ''] = command;
  if (error.stage !== 'exec') return `container ${container}: ${error.message}`;
  if (error.errno === ENOENT) return `container ${container} has no program ${program}, or its interpreter is missing (exit code 127)`;
  return `container ${container} cannot run ${program}: ${error.message} (exit code 126)`;
}
