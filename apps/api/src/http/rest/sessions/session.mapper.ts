import type { Session as SessionAnswer } from '@keelson/contracts';
import type { Session } from '../../../domain/access/sessions.js';

export function toSession({ principal: { id, name, role, tenant }, expiresAt }: Session): SessionAnswer {
  return { principal: { id, name, role }, tenant: { id: tenant.id, name: tenant.name }, expiresAt: expiresAt.toISOString() };
}
