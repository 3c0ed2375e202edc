export type RuntimeErrorCode =
  /** The kernel refused a step, or the spec asked for something impossible: `stage` names the step, `errno` the reason. */
  | 'RUNTIME_FAILED'
  /** The supervisor died before it said how the start went. */
  | 'SUPERVISOR_DIED'
  /** The supervisor's socket is not there, or the connection broke off. */
  | 'CONTROL_LOST'
  /** The other side said something that the protocol does not have. */
  | 'CONTROL_PROTOCOL'
  /** No answer in time. */
  | 'CONTROL_TIMEOUT';

export interface RuntimeFailure {
  readonly code: RuntimeErrorCode;
  /** A step of the list in src/core/sys/stage.h; empty where it was none of them. */
  readonly stage: string;
  /** errno(3), 0 where the kernel was not asked. */
  readonly errno: number;
}

/** What goes wrong between us and a supervisor. The message is one sentence that names the object. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: RuntimeErrorCode;
  readonly stage: string;
  readonly errno: number;

  constructor(message: string, { code, stage, errno }: RuntimeFailure, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.stage = stage;
    this.errno = errno;
  }
}

/** An error of the addon, which carries stage and errno as properties. */
export function fromNative(error: unknown): RuntimeError {
  const { message, stage, errno } = error as Error & { stage?: unknown; errno?: unknown };
  return new RuntimeError(
    message,
    { code: 'RUNTIME_FAILED', stage: typeof stage === 'string' ? stage : '', errno: typeof errno === 'number' ? errno : 0 },
    { cause: error },
  );
}

/** `{"ok":false,"stage","errno","detail"}`, as reports and responses tell a failure. */
export function fromTold(told: Readonly<Record<string, unknown>>): RuntimeError {
  const { stage, errno, detail } = told;
  return new RuntimeError(typeof detail === 'string' && detail !== '' ? detail : 'the supervisor gave no reason', {
    code: 'RUNTIME_FAILED',
    stage: typeof stage === 'string' ? stage : '',
    errno: typeof errno === 'number' ? errno : 0,
  });
}

export function protocolError(message: string): RuntimeError {
  return new RuntimeError(message, { code: 'CONTROL_PROTOCOL', stage: 'protocol', errno: 0 });
}

export function lostError(message: string, errno = 0): RuntimeError {
  return new RuntimeError(message, { code: 'CONTROL_LOST', stage: '', errno });
}
