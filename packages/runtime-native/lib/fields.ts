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
    if (!isObject(value)) throw protocolError(`${what} is not a JSON object`);
    return new Fields(what, value);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.values, name);
  }

  isNull(name: string): boolean {
    return this.values[name] === null;
  }

  object(name: string): Fields {
    const value = this.values[name];
    return isObject(value) ? new Fields(`${name} of ${this.what}`, value) : this.#refuse(name, 'an object');
  }

  list(name: string): Fields[] {
    const value = this.values[name];
    if (!Array.isArray(value)) return this.#refuse(name, 'a list');
    return value.map((one: unknown) =>
      isObject(one) ? new Fields(`${name} of ${this.what}`, one) : this.#refuse(name, 'a list of objects'),
    );
  }

  integer(name: string): number {
    const value = this.values[name];
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : this.#refuse(name, 'an integer');
  }

  /** A counter, rounded where it is beyond what a JavaScript number holds exactly; null where there is none. */
  figure(name: string): number | null {
    const value = this.values[name];
    return value === null || (typeof value === 'number' && value >= 0) ? value : this.#refuse(name, 'a number or null');
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
