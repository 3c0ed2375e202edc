import { type MetricsMessage, metricsSubscription, WS_ROUTES } from '@keelson/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RawData, WebSocket } from 'ws';
import type { Principal } from '../../domain/access/principal.js';
import type { Sample } from '../../domain/metrics/metrics.js';
import { WatchMetrics } from '../../domain/metrics/watch-metrics.js';
import { answerTo } from '../middleware/fault.js';
import { toMetricsSample } from '../rest/stats/stats.mapper.js';
import { BoundedSender } from './bounded-sender.js';
import { parseMessage } from './input.js';
import { UpgradeRouter } from './upgrade-router.js';

/** One subscription at a time, of any number of containers; a new one replaces it. */
@Injectable()
export class MetricsSocket implements OnModuleInit {
  constructor(
    private readonly router: UpgradeRouter,
    private readonly watch: WatchMetrics,
  ) {}

  onModuleInit(): void {
    this.router.register(WS_ROUTES.metrics, (socket, { principal }) => this.serve(socket, principal));
  }

  private serve(socket: WebSocket, principal: Principal): void {
    const sender = new BoundedSender(socket);
    let stop = () => {};
    socket.on('message', (data) => {
      try {
        const next = this.subscribe(principal, data, sender);
        stop();
        stop = next;
      } catch (error) {
        sender.tell({ type: 'error', ...answerTo(error, 'metrics by WebSocket').body });
      }
    });
    socket.once('close', () => stop());
  }

  private subscribe(principal: Principal, data: RawData, sender: BoundedSender): () => void {
    const { containers, history } = parseMessage(metricsSubscription, data);
    const past: History = history ? this.watch.history(principal, containers) : new Map();
    const stop = this.watch.execute(principal, containers, (samples) => {
      const wire = [...samples].map(([id, sample]) => [id, toMetricsSample(sample)]);
      sender.offer({ type: 'samples', samples: Object.fromEntries(wire) } satisfies MetricsMessage);
    });
    void sendHistory(past, sender);
    return stop;
  }
}

type History = ReadonlyMap<string, readonly Sample[]>;

/** Ten minutes of one container are some 200 KB of JSON, so those of many are made as the client takes them. */
async function sendHistory(past: History, sender: BoundedSender): Promise<void> {
  for (const [container, samples] of past) {
    await sender.room();
    sender.tell({ type: 'history', container, samples: samples.map(toMetricsSample) } satisfies MetricsMessage);
  }
}
