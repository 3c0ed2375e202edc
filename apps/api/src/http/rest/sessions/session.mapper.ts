import type { Session as SessionAnswer } from '@keelson/contracts';
import type { Session } from '../../../domain/access/sessions.js';

export function toSession({ principal: { id, name, role, tenant }, expiresAt }: Session): SessionAnswer {
  return { principal: { id, name, role }, tenant: { ...tenant }, expiresAt: expiresAt.toISOString() };
}
