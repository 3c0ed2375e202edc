/** Where work that nobody waits for (an exit, a restart policy) tells what went wrong with it. Never throws. */
export abstract class Faults {
  abstract report(what: string, error: unknown): void;
}
