import { describe, expect, it } from 'vitest';
import { OWN_NAMESPACES } from './namespaces.js';
import { checkSysctls } from './sysctls.js';

const OWN = { network: 'bridge' as const, namespaces: OWN_NAMESPACES };

describe('checkSysctls', () => {
  it.each(['net.core.somaxconn', 'net.ipv4.tcp_syncookies', 'net.ipv4.conf.all.log_martians', 'fs.mqueue.msg_max', 'kernel.shmmax'])(
    'takes %s, which is the container’s own',
    (name) => expect(() => checkSysctls({ [name]: '1' }, OWN)).not.toThrow(),
  );

  it.each([
    ['kernel.core_pattern', 'would change the whole host'],
    ['vm.overcommit_memory', 'would change the whole host'],
    ['kernel.hostname', 'set hostname instead'],
    ['net.ipv4.ip_forward', 'part of the walls'],
    ['net.ipv6.conf.all.forwarding', 'part of the walls'],
    ['net.ipv4.conf.all.route_localnet', 'part of the walls'],
    ['net.ipv6.conf.default.accept_ra', 'part of the walls'],
    ['net.netfilter.nf_conntrack_max', 'part of the walls'],
    ['net.ipv4.conf.eth0.log_martians', 'names the interface eth0'],
    ['net/../kernel/core_pattern', 'write it with single dots'],
    ['net..ipv4', 'write it with single dots'],
  ])('refuses %s', (name, sentence) => {
    const refused = expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(sentence) });
    expect(() => checkSysctls({ [name]: '1' }, OWN)).toThrowError(refused);
  });

  it('refuses settings of a namespace that the container shares', () => {
    const host = { ...OWN, network: 'host' as const };
    expect(() => checkSysctls({ 'net.core.somaxconn': '1' }, host)).toThrow('the host’s own network');
    expect(() => checkSysctls({ 'kernel.sem': '1 1 1 1' }, host)).not.toThrow();
    const joined = { ...OWN, network: 'container:web' as const };
    expect(() => checkSysctls({ 'net.core.somaxconn': '1' }, joined)).toThrow('belongs to the container whose network it uses');
    const ipc = { ...OWN, namespaces: { ...OWN_NAMESPACES, ipc: 'host' as const } };
    expect(() => checkSysctls({ 'kernel.sem': '1 1 1 1' }, ipc)).toThrow('the host’s own ipc namespace');
  });

  it.each([
    ['net.core.somaxconn', '1\n2', 'words or numbers'],
    ['net.ipv4.tcp_congestion_control', 'cubic=x', 'words or numbers'],
    ['kernel.shm_rmid_forced', '1+kernel.core_pattern=x', 'whole numbers'],
    ['kernel.shm_rmid_forced', '1 ', 'whole numbers'],
    ['fs.mqueue.msg_max', 'many', 'whole numbers'],
  ])('refuses %s with the value %j', (name, value, sentence) => {
    expect(() => checkSysctls({ [name]: value }, OWN)).toThrow(sentence);
  });

  it.each([
    ['kernel.sem', '250 32000\t32 128'],
    ['net.ipv4.ip_local_port_range', '1024 65535'],
    ['net.ipv4.ip_local_reserved_ports', '8080,9000-9100'],
    ['net.ipv4.tcp_congestion_control', 'cubic'],
  ])('takes %s with the value %j', (name, value) => {
    expect(() => checkSysctls({ [name]: value }, OWN)).not.toThrow();
  });
});
