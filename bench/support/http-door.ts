import { Agent, type IncomingMessage, request } from 'node:http';

type Target = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** One server's HTTP door on connections that stay open: the same client for every engine that is compared. */
export class HttpDoor {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly target: Target,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The answer with its body still to be read. */
  open(method: string, path: string, body?: Buffer | object): Promise<IncomingMessage> {
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
    const headers = { ...this.headers, ...(bytes && { 'content-type': type, 'content-length': bytes.length }) };
    return new Promise((resolve, reject) => {
      request({ ...this.target, agent: this.agent, method, path, headers }, resolve)
        .once('error', reject)
        .end(bytes);
    });
  }

  /** Throws where the status is none of success. */
  async bytes(method: string, path: string, body?: Buffer | object): Promise<Buffer> {
    const answer = await this.open(method, path, body);
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const all = Buffer.concat(chunks);
    if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${all}`);
    return all;
  }

  async json<T>(method: string, path: string, body?: Buffer | object): Promise<T> {
    return JSON.parse((await this.bytes(method, path, body)).toString()) as T;
  }

  /** Reads a body to its end and throws it away; how many bytes it had. */
  async drain(method: string, path: string, body?: object): Promise<number> {
    let bytes = 0;
    for await (const chunk of await this.open(method, path, body)) bytes += (chunk as Buffer).length;
    return bytes;
  }

  /** The target and the header as asker.c takes them. */
  asAsked(): { readonly target: string; readonly header: readonly string[] } {
    const target = 'socketPath' in this.target ? `unix:${this.target.socketPath}` : `${this.target.host}:${this.target.port}`;
    return { target, header: Object.entries(this.headers).map(([name, value]) => `${name}: ${value}`) };
  }

  close(): void {
    this.agent.destroy();
  }
}
