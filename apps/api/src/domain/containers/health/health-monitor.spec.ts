import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { containerHouse, createRequest, principalOf } from '../../../testing/container-house.js';
import { FakeImages } from '../../../testing/memory-stores.js';
import { ContainerLocks } from '../container-locks.js';
import type { Healthcheck } from './health.js';
import { HealthMonitor } from './health-monitor.js';
import { HealthProbe } from './health-probe.js';

const alice = principalOf('default');
const OFTEN: Healthcheck = {
  command: ['false'],
  intervalSeconds: 0.01,
  timeoutSeconds: 1,
  retries: 3,
  startPeriodSeconds: 0,
  startIntervalSeconds: 0.01,
  onUnhealthy: 'mark',
};

async function watched() {
  const house = containerHouse();
  const probe = new HealthProbe(new FakeImages(), house.runtime, house.faults);
  const monitor = new HealthMonitor(house.registry, new ContainerLocks(), probe, house.restart, house.stop, house.faults);
  onTestFinished(() => monitor.onApplicationShutdown());
  await house.create.execute(alice, createRequest({ name: 'web', healthcheck: OFTEN, start: true }));
  return { ...house, health: () => house.inspect.execute(alice, 'web').run.health };
}

describe('a watched container', () => {
  it('is asked on and turns unhealthy though the database is away', async () => {
    const { store, faults, health } = await watched();
    store.failUpdate = new Error('the database is away');
    await vi.waitFor(() => expect(health()).toMatchObject({ status: 'unhealthy', failingStreak: expect.toSatisfy((n: number) => n > 3) }));
    expect(faults.told[0]).toContain('the database is away');
  });

  it('tells the log of the server what keeps its command from running', async () => {
    const { runtime, faults, health } = await watched();
    runtime.failExec = new Error('the socket broke');
    await vi.waitFor(() => expect(health()?.probes.at(-1)?.output).toContain('the log of the server has the cause'));
    expect(faults.told.join()).toContain('the socket broke');
  });
});
