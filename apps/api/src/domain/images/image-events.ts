import type { Principal } from '../access/principal.js';
import type { EventAction, EventDraft } from '../events/events.js';

export function imageEvent(
  { tenant, name: actor }: Principal,
  action: EventAction,
  image: { readonly id: string; readonly name: string },
  attributes: Readonly<Record<string, string>> = {},
): EventDraft {
  return { tenantId: tenant.id, time: new Date(), action, subject: { type: 'image', ...image }, actor, attributes };
}
