import { Suite } from '../../tests/support/suite.js';
import { HttpDoor } from './http-door.js';

const PREFIX = '/api/v1';

/** A server of ours with the busybox image, spoken to as the peers are. */
export class Ours {
  readonly suite = new Suite({ images: ['busybox'] });
  door!: HttpDoor;

  async open(): Promise<void> {
    await this.suite.open();
    await this.connect();
  }

  /** Anew after the server was started again. */
  async connect(): Promise<void> {
    const { hostname, port } = new URL(this.suite.server.baseUrl);
    this.door = new HttpDoor({ host: hostname, port: Number(port) }, { authorization: `Bearer ${await this.suite.server.token()}` });
  }

  async close(): Promise<void> {
    this.door?.close();
    await this.suite.close();
  }

  async create(command: readonly string[], more: object = {}): Promise<string> {
    const body = { image: this.suite.image('busybox'), command, network: 'none', start: true, ...more };
    return (await this.door.json<{ id: string }>('POST', `${PREFIX}/containers`, body)).id;
  }

  async wait(id: string): Promise<void> {
    const { exitCode } = await this.door.json<{ exitCode: number }>('POST', `${PREFIX}/containers/${id}/wait`);
    if (exitCode !== 0) throw new Error(`it exited with ${exitCode}`);
  }

  remove(id: string): Promise<Buffer> {
    return this.door.bytes('DELETE', `${PREFIX}/containers/${id}?force=true`);
  }

  async exec(id: string, command: readonly string[]): Promise<void> {
    const { exitCode } = await this.door.json<{ exitCode: number }>('POST', `${PREFIX}/containers/${id}/exec`, { command });
    if (exitCode !== 0) throw new Error(`it exited with ${exitCode}`);
  }

  path(rest: string): string {
    return `${PREFIX}${rest}`;
  }
}
