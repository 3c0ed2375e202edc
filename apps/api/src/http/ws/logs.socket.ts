import { logQuery, WS_ROUTES } from '@keelson/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { ReadLogs } from '../../domain/logs/read-logs.js';
import { toLogMessage, toLogQuery } from '../rest/logs/log.mapper.js';
import { BoundedSender } from './bounded-sender.js';
import { closedSignal, parseInput } from './input.js';
import { type SocketContext, UpgradeRouter } from './upgrade-router.js';

/** Follows a log. Lines are read from the file when the client has room, so a slow one loses none and costs no memory. */
@Injectable()
export class LogsSocket implements OnModuleInit {
  constructor(
    private readonly router: UpgradeRouter,
    private readonly readLogs: ReadLogs,
  ) {}

  onModuleInit(): void {
    this.router.register(WS_ROUTES.logs(':id').replace('%3A', ':'), (socket, context) => this.serve(socket, context));
  }

  private async serve(socket: WebSocket, { principal, params, query }: SocketContext): Promise<void> {
    const { timestamps, ...range } = parseInput(logQuery, query);
    const sender = new BoundedSender(socket);
    const batches = this.readLogs.execute(principal, params['id'] ?? '', toLogQuery({ ...range, follow: true }), closedSignal(socket));
    for await (const items of batches) {
      for (const item of items) {
        sender.tell(toLogMessage(item, timestamps));
        await sender.room();
      }
    }
    socket.close();
  }
}
