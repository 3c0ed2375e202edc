import { containerDetail, containerSummary, createContainerInput } from '@keelson/contracts';
import { describe, expect, it } from 'vitest';
import { containerRecord } from '../../../testing/container-record.js';
import { toContainerDetail, toContainerSummary, toCreateRequest } from './container.mapper.js';

const LEASE = {
  ipv4: '10.210.0.5',
  ipv4Prefix: 22,
  gatewayIpv4: '10.210.0.1',
  ipv6: null,
  ipv6Prefix: 64,
  gatewayIpv6: null,
  mac: '02:00:0a:d2:00:05',
  hostInterface: 'kv1',
  bridge: 'kl1',
};
const running = containerRecord({
  state: 'running',
  lease: LEASE,
  ports: [{ hostAddress: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
  run: { pid: 7, startedAt: new Date('2026-01-01T00:00:01Z'), finishedAt: null, exitCode: null, oomKilled: false, error: null },
});

describe('a container on the wire', () => {
  it.each([
    ['created', containerRecord()],
    ['running', running],
  ])('has exactly the form of the contract: %s', (_state, container) => {
    expect(containerDetail.strict().parse(toContainerDetail(container))).toEqual(toContainerDetail(container));
    expect(containerSummary.strict().parse(toContainerSummary(container))).toEqual(toContainerSummary(container));
  });

  it('shows addresses, and nothing of how the host names its side', () => {
    const { network } = toContainerDetail(running);
    expect(network).toMatchObject({ ipv4: '10.210.0.5', gatewayIpv4: '10.210.0.1', ipv6: null, macAddress: '02:00:0a:d2:00:05' });
    expect(JSON.stringify(toContainerDetail(running))).not.toContain('kv1');
  });
});

describe('a request to create', () => {
  it('carries what was given, and no field that was not', () => {
    const request = toCreateRequest(
      createContainerInput.parse({ image: 'busybox', resources: { cpus: 1 }, ports: [{ containerPort: 80 }] }),
    );
    expect(request).toMatchObject({
      image: 'busybox',
      env: {},
      resources: { cpus: 1 },
      sysctls: {},
      devices: [],
      deviceRules: [],
      ports: [{ hostAddress: null, hostPort: 0, containerPort: 80, protocol: 'tcp' }],
      network: 'bridge',
      restartPolicy: { name: 'no' },
      labels: {},
      log: { maxBytes: 16 * 1024 * 1024, maxFiles: 5 },
      mounts: [],
      readonlyRootfs: false,
      stopTimeoutSeconds: 10,
      start: false,
    });
    expect('command' in request || 'healthcheck' in request).toBe(false);
    expect(Object.values(request)).not.toContain(undefined);
  });
});
