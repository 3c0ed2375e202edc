import type { Host, Instance } from './system.js';

/** Below this share of the disk a pull or a talkative container may fill it within minutes. */
const LITTLE_SPACE = 0.05;
const LOOPBACK = /^(localhost|127\.|::1$)/;

/** What is in the way of running containers well or safely here, with what to do about it. */
export function warningsAbout({ cgroupVersion, swapLimit, disk }: Host, { root, listenHost }: Instance): string[] {
  const warnings: string[] = [];
  if (disk.freeBytes < disk.totalBytes * LITTLE_SPACE)
    warnings.push(`Less than 5 % of the disk that holds ${root} is free; remove images and containers that nobody needs.`);
  if (!LOOPBACK.test(listenHost))
    warnings.push('The API listens beyond this host without TLS; put a proxy with TLS before it, or set KEELSON_LISTEN to 127.0.0.1.');
  if (cgroupVersion === 1)
    warnings.push('This host runs cgroup v1, which Linux is leaving behind; boot with systemd.unified_cgroup_hierarchy=1 for v2.');
  if (!swapLimit) warnings.push('This kernel does not count swap, so limits of swap are not enforced.');
  return warnings;
}
