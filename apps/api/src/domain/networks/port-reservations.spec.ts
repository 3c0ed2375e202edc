import { describe, expect, it } from 'vitest';

import { PortReservations } from './port-reservations.js';

const port = (hostAddress: string, hostPort: number) => ({ hostAddress, hostPort, protocol: 'tcp' as const });

describe('port reservations', () => {
  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['0.0.0.0', '127.0.0.1'],
    ['192.0.2.1', '0.0.0.0'],
    ['::', '2001:db8::1'],
  ])('refuses %s to one container while another has the port on %s', (wanted, held) => {
    const ports = new PortReservations();
    ports.reserve('one', [port(held, 80)]);
    expect(() => ports.reserve('other', [port(wanted, 80)])).toThrow(
      expect.objectContaining({ code: 'port_in_use', details: port(wanted, 80) }),
    );
  });

  it.each([
    ['0.0.0.0', '::'],
    ['192.0.2.1', '192.0.2.2'],
  ])('lets %s and %s have the same port', (one, other) => {
    const ports = new PortReservations();
    ports.reserve('one', [port(one, 80)]);
    expect(() => ports.reserve('other', [port(other, 80)])).not.toThrow();
  });

  it('refuses a port twice in one request, and holds none of it then', () => {
    const ports = new PortReservations();
    expect(() => ports.reserve('one', [port('0.0.0.0', 80), port('0.0.0.0', 81), port('127.0.0.1', 80)])).toThrow();
    expect(ports.isTaken(port('0.0.0.0', 81))).toBe(false);
  });

  it('gives a port back with its owner', () => {
    const ports = new PortReservations();
    ports.reserve('one', [port('0.0.0.0', 80)]);
    ports.release('one');
    expect(ports.isTaken(port('0.0.0.0', 80))).toBe(false);
  });
});
