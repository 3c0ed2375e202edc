import { Injectable } from '@nestjs/common';
import { DomainError } from '../../errors.js';
import { Faults } from '../../faults.js';
import type { Container } from '../container.js';
import { ContainerRuntime, ImageCatalog, type ProcessStreams } from '../containers.ports.js';
import { SIGKILL } from '../signals.js';
import type { Healthcheck, Probe } from './health.js';

const MAX_OUTPUT = 4096;
const FAILED = -1;

/** Runs a health check's command once. */
@Injectable()
export class HealthProbe {
  constructor(
    private readonly images: ImageCatalog,
    private readonly runtime: ContainerRuntime,
    private readonly faults: Faults,
  ) {}

  /** Never rejects: what keeps the command from running is a failed probe. Ends soon after its timeout, and with the server. */
  async run(container: Container, { command, timeoutSeconds }: Healthcheck): Promise<Probe> {
    const startedAt = new Date();
    const ended = await this.attempt(container, command, timeoutSeconds * 1000).catch((error: unknown) => ({
      exitCode: FAILED,
      output: this.cause(container, error),
    }));
    return { startedAt, finishedAt: new Date(), ...ended };
  }

  private cause(container: Container, error: unknown): string {
    if (error instanceof DomainError) return error.message;
    this.faults.report(`run the health check of ${container.name}`, error);
    return 'the command could not be run; the log of the server has the cause';
  }

  private async attempt(container: Container, command: readonly string[], timeoutMs: number): Promise<Pick<Probe, 'exitCode' | 'output'>> {
    const image = this.images.byId(container.tenantId, container.config.imageId);
    const streams = await this.runtime.exec(container, image, { command, stdin: false, endWithUs: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      streams.signal(SIGKILL);
      streams.close();
    }, timeoutMs);
    try {
      const output = await collect(streams);
      const { exitCode } = await streams.exit;
      return late ? timedOut(timeoutMs) : { exitCode, output };
    } catch (error) {
      if (late) return timedOut(timeoutMs);
      throw error;
    } finally {
      clearTimeout(timer);
      streams.close();
    }
  }
}

async function collect(streams: ProcessStreams): Promise<string> {
  const kept: Uint8Array[] = [];
  let room = MAX_OUTPUT;
  for await (const chunk of streams.output) {
    if (chunk.stream === 'gap' || room === 0) continue;
    const bytes = chunk.bytes.subarray(0, room);
    kept.push(bytes);
    room -= bytes.length;
  }
  return Buffer.concat(kept).toString('utf8');
}

function timedOut(timeoutMs: number): Pick<Probe, 'exitCode' | 'output'> {
  return { exitCode: FAILED, output: `it took longer than ${timeoutMs / 1000} s and was killed` };
}
