import { protocolError } from './errors.js';

/** Our own JSON, checked by hand: the writer is our supervisor, so a wrong field is a fault to name and not one to repair. */
export class Fields {
  constructor(
    private readonly what: string,
    readonly values: Readonly<Record<string, unknown>>,
  ) {}

  static parse(what: string, text: string): Fields {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw protocolError(`${what} is not JSON`);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw protocolError(`${what} is not a JSON object`);
    return new Fields(what, { ...value });
  }

  integer(name: string): number {
    const value = this.values[name];
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : this.#refuse(name, 'an integer');
  }

  text(name: string): string {
    const value = this.values[name];
    return typeof value === 'string' ? value : this.#refuse(name, 'a text');
  }

  flag(name: string): boolean {
    const value = this.values[name];
    return typeof value === 'boolean' ? value : this.#refuse(name, 'true or false');
  }

  /** Nanoseconds since the epoch, written as decimal digits because a JSON number would round them. */
  nanoseconds(name: string): bigint {
    const value = this.values[name];
    return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : this.#refuse(name, 'nanoseconds as decimal digits');
  }

  #refuse(name: string, wanted: string): never {
    throw protocolError(`"${name}" of ${this.what} is not ${wanted}`);
  }
}
