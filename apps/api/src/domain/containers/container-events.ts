import type { EventAction, EventDraft } from '../events/events.js';
import type { Container } from './container.js';

/** The actor of what Keelson does by itself. */
export const SYSTEM_ACTOR = 'system';

export function containerEvent(
  container: Container,
  action: EventAction,
  actor: string,
  attributes: Readonly<Record<string, string>> = {},
): EventDraft {
  return {
    tenantId: container.tenantId,
    time: new Date(),
    action,
    subject: { type: 'container', id: container.id, name: container.name },
    actor,
    attributes: { image: container.config.image, ...attributes },
  };
}
