import { describe, expect, it } from 'vitest';
import { Client } from '../support/client.js';
import { parsePrometheus } from '../support/prometheus.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const suite = useSuite({ images: ['busybox'] });

async function scrape() {
  const response = await suite.api.fetch('GET', '//metrics');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsePrometheus(await response.text());
}

describe('the endpoint for Prometheus', () => {
  it('answers in the text format before there is any container', async () => {
    const samples = await scrape();
    expect(samples.filter(({ name }) => name === 'keelson_build_info')).toMatchObject([
      { value: 1, labels: { version: expect.any(String) } },
    ]);
    expect(samples.filter(({ name }) => name === 'keelson_containers').map(({ labels }) => labels['state'])).toContain('running');
  });

  it('tells of every running container by id, name and image, in base units', async () => {
    const image = suite.image('busybox');
    const command = ['sh', '-c', 'while true; do head -c 10000000 /dev/zero > /dev/null; done'];
    const { id } = await suite.api.containers.create({
      image,
      name: 'scraped',
      command,
      resources: { memoryBytes: 64 * MIB, cpus: 0.3 },
      start: true,
    });
    const idle = await suite.api.containers.create({ image, command: ['sleep', '100'] });
    const of = async (container: string) => (await scrape()).filter(({ labels }) => labels['id'] === container);
    const samples = await until(
      () => of(id),
      (all) => all.some(({ name, value }) => name === 'keelson_container_cpu_throttled_seconds_total' && value > 0),
    );
    const value = (name: string) => samples.find((sample) => sample.name === `keelson_container_${name}`)?.value;
    expect(samples.every(({ labels }) => labels['name'] === 'scraped' && labels['image'] === image)).toBe(true);
    expect(value('memory_limit_bytes')).toBe(64 * MIB);
    expect(value('memory_working_set_bytes')).toBeGreaterThan(0);
    expect(value('cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('cpu_throttled_periods_total')).toBeGreaterThan(0);
    expect(value('processes')).toBeGreaterThanOrEqual(1);
    expect(value('restarts_total')).toBe(0);
    expect((await of(idle.id)).map(({ name }) => name)).toEqual(['keelson_container_restarts_total']);
  });

  it('wants a token like everything else', async () => {
    const nobody = new Client(suite.server.baseUrl, undefined);
    expect((await nobody.fetch('GET', '//metrics')).status).toBe(401);
  });
});
