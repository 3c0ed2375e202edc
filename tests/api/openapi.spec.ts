import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useSuite } from '../support/suite.js';

const suite = useSuite();

const ROUTES = [
  'post /api/v1/images/pull',
  'get /api/v1/images',
  'get /api/v1/images/{ref}',
  'delete /api/v1/images/{ref}',
  'post /api/v1/images/import',
  'post /api/v1/containers',
  'get /api/v1/containers',
  'get /api/v1/containers/{id}',
  'patch /api/v1/containers/{id}',
  'delete /api/v1/containers/{id}',
  'post /api/v1/containers/{id}/start',
  'post /api/v1/containers/{id}/stop',
  'post /api/v1/containers/{id}/restart',
  'post /api/v1/containers/{id}/kill',
  'post /api/v1/containers/{id}/pause',
  'post /api/v1/containers/{id}/unpause',
  'post /api/v1/containers/{id}/rename',
  'post /api/v1/containers/{id}/wait',
  'get /api/v1/containers/{id}/logs',
  'get /api/v1/containers/{id}/stats',
  'post /api/v1/containers/{id}/exec',
  'get /api/v1/events',
  'get /api/v1/system',
  'get /api/v1/devices/cdi',
  'get /healthz',
];

const operation = z.looseObject({ responses: z.record(z.string(), z.unknown()), operationId: z.string().optional() });
const document = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).optional(), securitySchemes: z.record(z.string(), z.unknown()) }),
});

const read = () => suite.api.json(document, 'GET', '/openapi.json');

/** Every `$ref` below a value. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' && typeof inner === 'string' ? [inner] : references(inner)));
}

describe('the OpenAPI document', () => {
  it('lists every route with an answer', async () => {
    const { openapi, paths } = await read();
    expect(openapi).toMatch(/^3\.[01]\./);
    const listed = Object.entries(paths).flatMap(([path, verbs]) =>
      Object.entries(verbs).map(([verb, { responses }]) => [`${verb} ${path}`, Object.keys(responses).length > 0] as const),
    );
    const answers = new Map<string, boolean>(listed);
    expect(ROUTES.filter((route) => answers.get(route) !== true)).toEqual([]);
  });

  it('says that every route may refuse, in the form of all errors', async () => {
    const { paths, components } = await read();
    const defaults = Object.values(paths).flatMap((verbs) => Object.values(verbs).map(({ responses }) => responses['default']));
    expect(new Set(defaults.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"$ref":"#/components/responses/Error"}']));
    expect(components).toHaveProperty(['responses', 'Error', 'content', 'application/json', 'schema', 'properties', 'code', 'enum']);
  });

  it.each([
    ['post', '/api/v1/images/pull'],
    ['get', '/api/v1/containers/{id}/logs'],
    ['get', '/api/v1/events'],
  ])('tells streams by their type: %s %s', async (verb, path) => {
    expect((await read()).paths[path]?.[verb]?.responses['200']).toHaveProperty(['content', 'application/x-ndjson', 'schema']);
  });

  it('has unique operation ids', async () => {
    const ids = Object.values((await read()).paths).flatMap((verbs) =>
      Object.values(verbs).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('refers only to what it defines', async () => {
    const whole = await read();
    const dangling = references(whole).filter((reference) => lookUp(whole, reference) === undefined);
    expect(dangling).toEqual([]);
  });

  it('describes the fields of a container to create', async () => {
    const whole = await read();
    const text = JSON.stringify(whole.paths['/api/v1/containers']?.['post']) + JSON.stringify(whole.components.schemas ?? {});
    for (const field of ['memoryBytes', 'pidsLimit', 'restartPolicy', 'containerPort']) expect(text).toContain(`"${field}"`);
  });

  it('has a page for people', async () => {
    const response = await suite.api.fetch('GET', '//api/docs');
    expect([200, 301, 302]).toContain(response.status);
  });
});

function lookUp(whole: unknown, reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key.replaceAll('~1', '/')] : undefined),
      whole,
    );
}
