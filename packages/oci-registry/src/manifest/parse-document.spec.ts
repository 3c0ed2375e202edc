import { describe, expect, it } from 'vitest';
import { ContentInvalidError } from '../errors.js';
import { MEDIA_TYPE } from './media-types.js';
import { parseDocument } from './parse-document.js';

const digest = `sha256:${'a'.repeat(64)}`;
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const config = { mediaType: MEDIA_TYPE.ociConfig, digest, size: 2 };
const layer = { mediaType: LAYER, digest, size: 3 };
const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, config, layers: [layer] };
const index = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.ociIndex,
  manifests: [{ mediaType: MEDIA_TYPE.ociManifest, digest, size: 5, platform: { os: 'linux', architecture: 'arm64', variant: '' } }],
};

const parse = (value: unknown, contentType?: string) =>
  parseDocument(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), contentType, 'app:1');

describe('parseDocument', () => {
  it('reads a manifest, and leaves out what it does not know', () => {
    const read = parse(
      { ...manifest, extra: 1, layers: [{ ...layer, urls: ['http://169.254.169.254/'], data: 'aGk=' }] },
      MEDIA_TYPE.ociManifest,
    );
    expect(read).toEqual({
      kind: 'manifest',
      mediaType: MEDIA_TYPE.ociManifest,
      config,
      layers: [{ ...layer, compression: 'gzip' }],
      annotations: {},
    });
  });

  it('reads an index, and an entry whose platform makes no sense as one without', () => {
    expect(parse(index, MEDIA_TYPE.ociIndex)).toMatchObject({
      kind: 'index',
      manifests: [{ platform: { os: 'linux', architecture: 'arm64', variant: undefined } }],
    });
    expect(parse({ ...index, manifests: [{ ...index.manifests[0], platform: 5 }] }, MEDIA_TYPE.ociIndex)).toMatchObject({
      manifests: [{ platform: undefined }],
    });
  });

  it('takes the word of the document when the server only says JSON, or adds parameters', () => {
    expect(parse(manifest, 'application/json; charset=utf-8').kind).toBe('manifest');
    expect(parse(manifest, `${MEDIA_TYPE.ociManifest}; charset=utf-8`).kind).toBe('manifest');
  });

  it.each<[string, unknown, string | undefined, string]>([
    ['both layers and manifests', { ...manifest, manifests: [] }, MEDIA_TYPE.ociManifest, 'both as an image and as a list'],
    ['both, as an index', { ...index, layers: [] }, MEDIA_TYPE.ociIndex, 'both as an image and as a list'],
    ['a config in an index', { ...index, config }, MEDIA_TYPE.ociIndex, 'both as an image and as a list'],
    ['an index announced as a manifest', index, MEDIA_TYPE.ociManifest, 'both as an image and as a list|announced as'],
    ['another media type inside', manifest, MEDIA_TYPE.dockerManifest, 'announced as'],
    ['no media type at all', { ...manifest, mediaType: undefined }, 'application/json', 'without a media type'],
    ['an unknown media type', { ...manifest, mediaType: 'text/html' }, 'text/html', 'unknown media type'],
    ['schema 1 by number', { schemaVersion: 1, fsLayers: [] }, undefined, 'schema 1'],
    ['schema 1 by type', {}, 'application/vnd.docker.distribution.manifest.v1+prettyjws', 'schema 1'],
    ['a digest that is a path', { ...manifest, layers: [{ ...layer, digest: 'sha256:../..' }] }, MEDIA_TYPE.ociManifest, 'layers.0.digest'],
    [
      'a digest of another kind',
      { ...manifest, config: { ...config, digest: `md5:${'a'.repeat(32)}` } },
      MEDIA_TYPE.ociManifest,
      'config.digest',
    ],
    ['a digest with a line behind', { ...manifest, config: { ...config, digest: `${digest}\n` } }, MEDIA_TYPE.ociManifest, 'config.digest'],
    ['a negative size', { ...manifest, layers: [{ ...layer, size: -1 }] }, MEDIA_TYPE.ociManifest, 'layers.0.size'],
    ['half a byte', { ...manifest, layers: [{ ...layer, size: 0.5 }] }, MEDIA_TYPE.ociManifest, 'layers.0.size'],
    ['a size beyond exact numbers', { ...manifest, layers: [{ ...layer, size: 2 ** 60 }] }, MEDIA_TYPE.ociManifest, 'layers.0.size'],
    ['too many layers', { ...manifest, layers: Array(501).fill(layer) }, MEDIA_TYPE.ociManifest, 'layers'],
    [
      'a foreign layer',
      { ...manifest, layers: [{ ...layer, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }] },
      MEDIA_TYPE.ociManifest,
      'foreign',
    ],
    [
      'an unknown layer',
      { ...manifest, layers: [{ ...layer, mediaType: 'application/zip' }] },
      MEDIA_TYPE.ociManifest,
      'layer of the unknown media type',
    ],
    [
      'an artifact that is no image',
      { ...manifest, config: { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' } },
      MEDIA_TYPE.ociManifest,
      'no container image',
    ],
    ['no JSON', '{', MEDIA_TYPE.ociManifest, 'no JSON'],
    ['a list', '[]', MEDIA_TYPE.ociManifest, 'no JSON object'],
    ['null', 'null', MEDIA_TYPE.ociManifest, 'no JSON object'],
  ])('refuses %s', (_, value, contentType, why) => {
    expect(() => parse(value, contentType)).toThrow(ContentInvalidError);
    expect(() => parse(value, contentType)).toThrow(new RegExp(why));
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => parseDocument(Buffer.from([0x7b, 0xff, 0x7d]), MEDIA_TYPE.ociManifest, 'app:1')).toThrow('is no JSON');
  });
});
