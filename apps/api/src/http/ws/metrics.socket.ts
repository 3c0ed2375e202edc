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
    const past = new History(sender, (id) => this.watch.history(principal, id));
    let stop = () => {};
    socket.on('message', (data) => {
      try {
        const next = this.subscribe(principal, data, { sender, past });
        stop();
        stop = next;
      } catch (error) {
        sender.tell({ type: 'error', ...answerTo(error, 'metrics by WebSocket').body });
      }
    });
    socket.once('close', () => {
      stop();
      void past.send([]);
    });
  }

  private subscribe(principal: Principal, data: RawData, { sender, past }: { sender: BoundedSender; past: History }): () => void {
    const { containers, history } = parseMessage(metricsSubscription, data);
    const stop = this.watch.execute(principal, containers, (samples) => {
      const wire = [...samples].map(([id, sample]) => [id, toMetricsSample(sample)]);
      sender.offer({ type: 'samples', samples: Object.fromEntries(wire) } satisfies MetricsMessage);
    });
    void past.send(history ? this.watch.ids(principal, containers) : []);
    return stop;
  }
}

/**
 * The past of the containers of the newest subscription. Ten minutes of one are some 200 KB of JSON, so they are made one after the
 * other as the client takes them; a new subscription takes the place of what was not sent yet.
 */
class History {
  private waiting: string[] = [];
  private sending = false;

  constructor(
    private readonly sender: BoundedSender,
    private readonly read: (container: string) => readonly Sample[],
  ) {}

  async send(containers: readonly string[]): Promise<void> {
    this.waiting = [...containers];
    if (this.sending) return;
    this.sending = true;
    for (let container = this.waiting.shift(); container !== undefined; container = this.waiting.shift()) {
      await this.sender.room();
      this.tell(container, this.read(container));
    }
    this.sending = false;
  }

  private tell(container: string, samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    this.sender.tell({ type: 'history', container, samples: samples.map(toMetricsSample) } satisfies MetricsMessage);
  }
}
