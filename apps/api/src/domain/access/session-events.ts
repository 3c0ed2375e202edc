import type { EventAction, EventDraft } from '../events/events.js';
import type { Session } from './sessions.js';

export function sessionEvent({ id, principal }: Session, action: Extract<EventAction, 'session.create' | 'session.remove'>): EventDraft {
  const subject = { type: 'session', id, name: principal.name } as const;
  return { tenantId: principal.tenant.id, time: new Date(), action, subject, actor: principal.name, attributes: {} };
}
