import {
  type ContainerDetail,
  type ContainerStats,
  type CreateContainerInput,
  containerDetail,
  containerList,
  containerStats,
  type ExecInput,
  type ExecResult,
  execResult,
  imageDetail,
  imageList,
  type LogMessage,
  logMessage,
  type PullImageInput,
  type PullProgress,
  pullProgress,
  type RemoveImageResult,
  removeImageResult,
  type SystemInfo,
  statsHistory,
  systemInfo,
  type UpdateContainerInput,
  type UpdateContainerResult,
  updateContainerResult,
  type WaitResult,
  waitResult,
} from '@keelson/contracts';
import { Client, type Query } from './client.js';

/** The calls that most specs make, by their names in the product. */
export class Api extends Client {
  readonly images = {
    pull: (input: PullImageInput) => collect(this.lines(pullProgress, 'POST', '/images/pull', { body: input })),
    list: () => this.json(imageList, 'GET', '/images'),
    inspect: (reference: string) => this.json(imageDetail, 'GET', `/images/${encodeURIComponent(reference)}`),
    remove: (reference: string, query: Query = {}): Promise<RemoveImageResult> =>
      this.json(removeImageResult, 'DELETE', `/images/${encodeURIComponent(reference)}`, { query }),
  };

  readonly containers = {
    create: (input: CreateContainerInput) => this.json(containerDetail, 'POST', '/containers', { body: input }),
    list: () => this.json(containerList, 'GET', '/containers'),
    inspect: (id: string) => this.json(containerDetail, 'GET', `/containers/${id}`),
    start: (id: string) => this.done('POST', `/containers/${id}/start`),
    stop: (id: string, timeoutSeconds?: number) =>
      this.done('POST', `/containers/${id}/stop`, { body: timeoutSeconds === undefined ? {} : { timeoutSeconds } }),
    restart: (id: string, timeoutSeconds?: number) =>
      this.done('POST', `/containers/${id}/restart`, { body: timeoutSeconds === undefined ? {} : { timeoutSeconds } }),
    kill: (id: string, signal?: string | number) =>
      this.done('POST', `/containers/${id}/kill`, { body: signal === undefined ? {} : { signal } }),
    wait: (id: string): Promise<WaitResult> => this.json(waitResult, 'POST', `/containers/${id}/wait`),
    remove: (id: string, query: Query = {}) => this.done('DELETE', `/containers/${id}`, { query }),
    update: (id: string, input: UpdateContainerInput): Promise<UpdateContainerResult> =>
      this.json(updateContainerResult, 'PATCH', `/containers/${id}`, { body: input }),
    exec: (id: string, input: ExecInput): Promise<ExecResult> => this.json(execResult, 'POST', `/containers/${id}/exec`, { body: input }),
    stats: (id: string): Promise<ContainerStats> => this.json(containerStats, 'GET', `/containers/${id}/stats`),
    clearLogs: (id: string) => this.done('DELETE', `/containers/${id}/logs`),
    statsHistory: (id: string, query: Query = {}) => this.json(statsHistory, 'GET', `/containers/${id}/stats/history`, { query }),
    logs: (id: string, query: Query = {}) => this.lines(logMessage, 'GET', `/containers/${id}/logs`, { query }),
  };

  system(): Promise<SystemInfo> {
    return this.json(systemInfo, 'GET', '/system');
  }

  /** Creates, starts and waits. */
  async run(input: CreateContainerInput): Promise<{ container: ContainerDetail; result: WaitResult }> {
    const container = await this.containers.create({ ...input, start: true });
    const result = await this.containers.wait(container.id);
    return { container, result };
  }

  /** Everything a container has written so far. */
  async output(id: string, stream?: 'stdout' | 'stderr'): Promise<string> {
    const lines = (await collect(this.containers.logs(id))).filter((message) => message.type === 'line');
    return lines
      .filter((line) => stream === undefined || line.stream === stream)
      .map(({ text, partial }) => (partial ? text : `${text}\n`))
      .join('');
  }

  /** Pulls and returns the image's last progress line. */
  async pulled(reference: string): Promise<PullProgress | undefined> {
    const progress = await this.images.pull({ reference });
    const last = progress.at(-1);
    if (last?.type !== 'done') throw new Error(`pull of ${reference} ended with ${JSON.stringify(last)}`);
    return last;
  }
}

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Text of the log lines of one kind, in order. */
export function texts(messages: readonly LogMessage[], stream?: 'stdout' | 'stderr'): string[] {
  return messages.flatMap((message) =>
    message.type === 'line' && (stream === undefined || message.stream === stream) ? [message.text] : [],
  );
}
