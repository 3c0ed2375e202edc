import type { KeelsonEvent } from '@keelson/contracts';
import type { RecordedEvent } from '../../../domain/events/events.js';

export function toKeelsonEvent({ sequence, time, action, subject, actor, attributes }: RecordedEvent): KeelsonEvent {
  return { sequence, time: time.toISOString(), action, subject: { ...subject }, actor, attributes: { ...attributes } };
}
