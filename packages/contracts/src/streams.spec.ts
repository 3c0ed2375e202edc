import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { eventMessage } from './events.js';
import { pullProgress } from './images.js';
import { logMessage } from './logs.js';
import { metricsMessage } from './metrics.js';
import { API_PREFIX, WS_ROUTES } from './routes.js';
import { terminalServerMessage } from './terminal.js';

const document = readFileSync(new URL('../../../docs/streams.md', import.meta.url), 'utf8');

/** The values of `type`, in the order of the schema. */
const typesOf = (schema: { readonly options: readonly z.ZodObject<{ type: z.ZodLiteral<string> }>[] }) =>
  schema.options.flatMap(({ shape }) => [...shape.type.values]);

/** The row's last cell, its names in code. */
function documented(stream: string): string[] {
  const row = new RegExp(`^\\| ${stream} \\|.*\\| ([^|]*) \\|$`, 'm').exec(document)?.[1] ?? '';
  return [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
}

describe('the page on streams', () => {
  it.each([
    ['logs', logMessage],
    ['events', eventMessage],
    ['metrics', metricsMessage],
    ['terminals', terminalServerMessage],
    ['pulls', pullProgress],
  ])('lists the messages of %s', (stream, schema) => {
    expect(documented(stream)).toEqual(typesOf(schema));
  });

  it('names every WebSocket', () => {
    for (const route of [WS_ROUTES.events, WS_ROUTES.metrics, WS_ROUTES.terminal, `${API_PREFIX}/ws/containers/:id/logs`])
      expect(document).toContain(`\`${route}\``);
  });
});
