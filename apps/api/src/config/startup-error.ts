/** A reason not to start that the operator can do something about; printed as one sentence. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
