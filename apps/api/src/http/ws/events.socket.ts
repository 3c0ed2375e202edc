import { type EventMessage, WS_ROUTES } from '@keelson/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventLog } from '../../domain/events/events.ports.js';
import { toKeelsonEvent } from '../rest/events/event.mapper.js';
import { BoundedSender } from './bounded-sender.js';
import { UpgradeRouter } from './upgrade-router.js';

/** Everything that happens in the caller's tenant from now on. */
@Injectable()
export class EventsSocket implements OnModuleInit {
  constructor(
    private readonly router: UpgradeRouter,
    private readonly events: EventLog,
  ) {}

  onModuleInit(): void {
    this.router.register(WS_ROUTES.events, (socket, { principal }) => {
      const sender = new BoundedSender(socket);
      const stop = this.events.subscribe(principal.tenant.id, (event) => {
        sender.offer({ type: 'event', event: toKeelsonEvent(event) } satisfies EventMessage);
      });
      socket.once('close', stop);
    });
  }
}
