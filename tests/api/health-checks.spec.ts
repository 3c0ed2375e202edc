import { type createContainerInput, keelsonEvent } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { collect } from '../support/api.js';
import { expectFailure } from '../support/expect-failure.js';
import { pushVariant } from '../support/images/variant.js';
import { useSuite } from '../support/suite.js';
import { until } from '../support/until.js';

const suite = useSuite({ images: ['busybox'] });
type Check = NonNullable<z.input<typeof createContainerInput>['healthcheck']>;

/** Healthy while the file /tmp/well is there. */
const create = (check: Partial<Check> = {}, more: object = {}) =>
  suite.api.containers.create({
    image: suite.image('busybox'),
    command: ['sh', '-c', 'touch /tmp/well; sleep 1000'],
    init: true,
    healthcheck: { command: ['sh', '-c', 'echo looking; test -e /tmp/well'], intervalSeconds: 0.2, retries: 2, ...check },
    start: true,
    ...more,
  });
const inspect = (id: string) => suite.api.containers.inspect(id);
const becomes = (id: string, status: string) =>
  until(
    () => inspect(id),
    ({ health }) => health?.status === status,
  );
const sh = async (id: string, script: string) => (await suite.api.containers.exec(id, { command: ['sh', '-c', script] })).stdout.trim();
/** How many processes inside have exactly this command line. */
const probesIn = async (id: string, command: string) =>
  Number(await sh(id, `for p in /proc/[0-9]*; do [ "$(tr '\\0' ' ' < $p/cmdline)" = "${command} " ] && echo x; done 2>/dev/null | wc -l`));
const events = async (id: string) =>
  (await collect(suite.api.lines(keelsonEvent, 'GET', '/events', { query: { limit: 10_000 } }))).filter(({ subject }) => subject.id === id);
const remove = (id: string) => suite.api.containers.remove(id, { force: true });

describe('a health check', () => {
  it('turns a container healthy and unhealthy and healthy again, in its detail, in the list and in events', async () => {
    const { id, health } = await create();
    expect(health).toMatchObject({ status: expect.stringMatching(/starting|healthy/), failingStreak: 0 });
    const well = await becomes(id, 'healthy');
    expect(well.health?.probes.at(-1)).toMatchObject({ exitCode: 0, output: 'looking\n' });
    await sh(id, 'rm /tmp/well');
    const ill = await becomes(id, 'unhealthy');
    expect(ill).toMatchObject({ state: 'running', healthStatus: 'unhealthy', restartCount: 0 });
    expect(ill.health?.failingStreak).toBeGreaterThanOrEqual(2);
    expect((await suite.api.containers.list()).find((one) => one.id === id)?.healthStatus).toBe('unhealthy');
    await sh(id, 'touch /tmp/well');
    await becomes(id, 'healthy');
    const told = (await events(id)).filter(({ action }) => action === 'container.health').map(({ attributes }) => attributes['status']);
    expect(told).toEqual(['healthy', 'unhealthy', 'healthy']);
    await remove(id);
  });

  it('restarts a container that turns unhealthy, where asked to', async () => {
    const { id } = await create({ onUnhealthy: 'restart' }, { stopTimeoutSeconds: 1 });
    const { pid } = await becomes(id, 'healthy');
    await sh(id, 'rm /tmp/well');
    const again = await until(
      () => inspect(id),
      (now) => now.pid !== null && now.pid !== pid && now.health?.status === 'healthy',
    );
    expect(again.state).toBe('running');
    expect((await events(id)).filter(({ action }) => action === 'container.restart')).toMatchObject([{ actor: 'system' }]);
    await remove(id);
  });

  it('stops it, where asked to, and the story of its end is kept', async () => {
    const { id } = await create({ onUnhealthy: 'stop' }, { restartPolicy: { name: 'always' }, stopTimeoutSeconds: 1 });
    await becomes(id, 'healthy');
    await sh(id, 'rm /tmp/well');
    const ended = await until(
      () => inspect(id),
      ({ state }) => state === 'exited',
    );
    expect(ended.health).toMatchObject({ status: 'unhealthy', failingStreak: 2 });
    await remove(id);
  });

  it('that takes too long is killed, counts as failed and never runs twice at a time', async () => {
    const command = ['sh', '-c', 'echo $$ >> /tmp/probes; exec sleep 500'];
    const { id } = await create({ command, timeoutSeconds: 0.3, intervalSeconds: 0.1 });
    const { health } = await becomes(id, 'unhealthy');
    expect(health?.probes.at(-1)).toMatchObject({ exitCode: -1, output: expect.stringContaining('longer than 0.3 s') });
    expect(await probesIn(id, 'sleep 500')).toBeLessThanOrEqual(1);
    await remove(id);
  });

  it('that cannot be run says why', async () => {
    const { id } = await create({ command: ['/nowhere'] });
    const { health } = await becomes(id, 'unhealthy');
    expect(health?.probes.at(-1)).toMatchObject({ exitCode: -1, output: expect.stringContaining('/nowhere') });
    await remove(id);
  });

  it('excuses failures while the container starts', async () => {
    const { id } = await create({ startPeriodSeconds: 3600, startIntervalSeconds: 0.1 }, { command: ['sleep', '1000'] });
    await until(
      () => inspect(id),
      ({ health }) => health?.probes.length === 5,
    );
    expect((await inspect(id)).health).toMatchObject({ status: 'starting', failingStreak: 0 });
    await sh(id, 'touch /tmp/well');
    await becomes(id, 'healthy');
    await remove(id);
  });

  it('rests while the container is paused', async () => {
    const { id } = await create();
    await becomes(id, 'healthy');
    await suite.api.done('POST', `/containers/${id}/pause`);
    const before = (await inspect(id)).health;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await inspect(id)).health).toEqual(before);
    await suite.api.done('POST', `/containers/${id}/unpause`);
    await until(
      () => inspect(id),
      ({ health }) => health?.probes.at(-1)?.startedAt !== before?.probes.at(-1)?.startedAt,
    );
    await remove(id);
  });

  it('goes on after the server was killed, with what it knew, and no probe of before is left', async () => {
    const { id } = await create();
    const slow = await create({ command: ['sh', '-c', 'echo probing > /tmp/probing; exec sleep 501'], timeoutSeconds: 600 });
    await becomes(id, 'healthy');
    await sh(id, 'rm /tmp/well');
    await becomes(id, 'unhealthy');
    await until(
      () => sh(slow.id, 'cat /tmp/probing 2>/dev/null'),
      (text) => text === 'probing',
    );
    await suite.server.kill9();
    await suite.startServer();
    expect((await inspect(id)).health).toMatchObject({ status: 'unhealthy' });
    await until(
      () => probesIn(slow.id, 'sleep 501'),
      (count) => count <= 1,
    );
    await sh(id, 'touch /tmp/well');
    await becomes(id, 'healthy');
    await remove(id);
    await remove(slow.id);
  });

  it('without a command is refused, and a container without one has no health', async () => {
    await expectFailure(suite.api.containers.create({ image: suite.image('busybox'), healthcheck: { command: [''] } }), 'invalid_input');
    const { id, health, healthcheck } = await suite.api.containers.create({ image: suite.image('busybox') });
    expect([health, healthcheck]).toEqual([null, null]);
    await remove(id);
  });

  it('of its image is a container’s own unless it brings another one or none', async () => {
    const Healthcheck = { Test: ['CMD-SHELL', 'echo from the image'], Interval: 2e8, StartInterval: 2e8 };
    const config = { Env: ['PATH=/bin'], Cmd: ['sleep', '1000'], Healthcheck };
    const image = await pushVariant(suite.registry.host, 'checked', { base: 'busybox', config });
    await suite.api.images.pull({ reference: image });
    const ofImage = { command: ['/bin/sh', '-c', 'echo from the image'], intervalSeconds: 0.2, retries: 3 };
    expect((await suite.api.images.inspect(image)).config.healthcheck).toMatchObject(ofImage);
    const { id, healthcheck } = await suite.api.containers.create({ image, start: true });
    expect(healthcheck).toMatchObject({ ...ofImage, onUnhealthy: 'mark' });
    expect((await becomes(id, 'healthy')).health?.probes.at(-1)?.output).toBe('from the image\n');
    await remove(id);
    const none = await suite.api.containers.create({ image, healthcheck: null });
    const own = await suite.api.containers.create({ image, healthcheck: { command: ['true'], onUnhealthy: 'stop' } });
    expect([none.healthcheck, own.healthcheck]).toMatchObject([null, { command: ['true'], onUnhealthy: 'stop' }]);
    await remove(none.id);
    await remove(own.id);
  });
});
