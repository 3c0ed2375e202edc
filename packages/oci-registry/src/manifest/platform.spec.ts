import { describe, expect, it } from 'vitest';
import type { ImageIndex, Platform } from './document.js';
import { selectPlatform } from './platform.js';

const indexOf = (...platforms: (Platform | undefined)[]): ImageIndex => ({
  kind: 'index',
  mediaType: 'x',
  manifests: platforms.map((platform, size) => ({ mediaType: 'm', digest: `sha256:${'a'.repeat(64)}`, size, platform })),
});
const linux = (architecture: string, variant?: string): Platform => ({ os: 'linux', architecture, variant });
/** The position of the chosen entry. */
const pick = (index: ImageIndex, wanted: Platform) => selectPlatform(index, wanted, 'app:1').size;

describe('selectPlatform', () => {
  it.each<[string, (Platform | undefined)[], Platform, number]>([
    ['the only one', [linux('amd64')], linux('amd64'), 0],
    ['arm64/v8 for arm64', [linux('amd64'), linux('arm64', 'v8')], linux('arm64'), 1],
    ['arm64 for arm64/v8', [linux('arm64')], linux('arm64', 'v8'), 0],
    ['the equal variant first', [linux('arm', 'v5'), linux('arm', 'v7')], linux('arm', 'v7'), 1],
    ['one without variant rather than a newer machine', [linux('amd64', 'v3'), linux('amd64')], linux('amd64'), 1],
    ['any variant when none is named', [linux('arm', 'v7')], linux('arm'), 0],
    ['the first of equals', [linux('amd64'), linux('amd64')], linux('amd64'), 0],
    ['past entries that are no image', [undefined, { os: 'unknown', architecture: 'unknown' }, linux('amd64')], linux('amd64'), 2],
  ])('takes %s', (_, platforms, wanted, position) => {
    expect(pick(indexOf(...platforms), wanted)).toBe(position);
  });

  it.each<[(Platform | undefined)[], Platform, string]>([
    [
      [linux('arm64'), linux('amd64'), linux('amd64')],
      linux('s390x'),
      'app:1 has no image for linux/s390x: it has linux/arm64, linux/amd64',
    ],
    [[linux('arm', 'v7')], linux('arm', 'v5'), 'it has linux/arm/v7'],
    [[{ os: 'windows', architecture: 'amd64' }], linux('amd64'), 'it has windows/amd64'],
    [[undefined], linux('amd64'), 'it names no platform at all'],
  ])('says what is there instead', (platforms, wanted, sentence) => {
    expect(() => pick(indexOf(...platforms), wanted)).toThrow(sentence);
  });
});
