import type { EventAction, RecordedEvent } from '../../domain/events/events.js';
import type { Event } from './generated/sqlite/client.js';

export function eventRow({ sequence, subject, attributes, ...event }: RecordedEvent): Event {
  return {
    ...event,
    sequence: BigInt(sequence),
    subjectType: subject.type,
    subjectId: subject.id,
    subjectName: subject.name,
    attributes: JSON.stringify(attributes),
  };
}

export function eventOf({ sequence, subjectType, subjectId, subjectName, attributes, action, ...row }: Event): RecordedEvent {
  return {
    ...row,
    sequence: Number(sequence),
    action: action as EventAction,
    subject: { type: subjectType as RecordedEvent['subject']['type'], id: subjectId, name: subjectName },
    attributes: JSON.parse(attributes),
  };
}
