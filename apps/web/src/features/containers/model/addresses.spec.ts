import { expect, it } from 'vitest';
import { portLabels, webAddresses } from './addresses';

const port = (hostAddress: string, hostPort: number) => ({ hostAddress, hostPort, containerPort: 80, protocol: 'tcp' as const });

it('shows a port that is published on all addresses of both families once', () => {
  expect(portLabels([port('0.0.0.0', 8080), port('::', 8080)])).toEqual(['8080 → 80']);
});

it('names the address where it is a certain one', () => {
  expect(portLabels([port('127.0.0.1', 8080), port('fd00::1', 8081)])).toEqual(['127.0.0.1:8080 → 80', '[fd00::1]:8081 → 80']);
});

it('opens published ports at the host under which the page came', () => {
  expect(webAddresses([port('0.0.0.0', 8080), port('::', 8080), port('127.0.0.1', 81)], 'box.lan')).toEqual([
    'http://box.lan:8080',
    'http://127.0.0.1:81',
  ]);
});
