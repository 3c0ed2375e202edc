import type { Container } from '../../../domain/containers/container.js';
import { toContainerSummary } from './container.mapper.js';

const lists = new WeakMap<readonly Container[], Buffer>();
const summaries = new WeakMap<Container, string>();

/**
 * The list as JSON. Dashboards and scripts ask for it all the time and most of it has not changed: a list is the same object until one of its records is
 * another one, and records are replaced, never changed (ContainerRegistry), so each is written once.
 */
export function listAnswer(containers: readonly Container[]): Buffer {
  const known = lists.get(containers);
  if (known) return known;
  const answer = Buffer.from(`[${containers.map(summaryText).join(',')}]`);
  lists.set(containers, answer);
  return answer;
}

function summaryText(container: Container): string {
  const known = summaries.get(container);
  if (known) return known;
  const text = JSON.stringify(toContainerSummary(container));
  summaries.set(container, text);
  return text;
}
