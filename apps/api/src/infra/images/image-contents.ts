import type { ResolvedImage } from '@keelson/oci-registry';
import type { ImageConfig, ImageContents } from '../../domain/images/images.js';
import { healthcheckOf } from './image-healthcheck.js';

/**
 * Labels that tools give a meaning to: ours, containerd's and Docker's own. An image that brings them could pose as something that
 * the operator has set.
 */
const RESERVED_LABEL = /^(?:keelson\.|containerd\.io\/|io\.containerd\.|io\.cri|com\.docker\.)/i;
const EXPOSED_PORT = /^\d{1,5}(?:\/(?:tcp|udp|sctp))?$/;

/** What an image's documents say, in our words; the sizes of the unpacked layers come from the store. */
export function contentsOf({ config: { digest, parsed }, layers }: ResolvedImage, sizes: ReadonlyMap<string, number>): ImageContents {
  const steps = parsed.history.filter(({ emptyLayer }) => !emptyLayer);
  // A history that does not fit the layers is no history.
  const createdBy = (position: number): string | null => (steps.length === layers.length ? (steps[position]?.createdBy ?? null) : null);
  return {
    id: digest,
    architecture: parsed.architecture,
    os: parsed.os,
    createdAt: timeOf(parsed.created),
    config: configOf(parsed.config),
    layers: layers.map(({ diffId, digest: blobDigest, size }, position) => ({
      diffId,
      blobDigest,
      compressedBytes: size,
      sizeBytes: sizes.get(diffId) ?? 0,
      createdBy: createdBy(position),
    })),
  };
}

function configOf(wish: ResolvedImage['config']['parsed']['config']): ImageConfig {
  return {
    user: wish.User,
    env: wish.Env,
    entrypoint: wish.Entrypoint,
    cmd: wish.Cmd,
    workingDir: wish.WorkingDir,
    exposedPorts: wish.ExposedPorts.filter((port) => EXPOSED_PORT.test(port)),
    volumes: wish.Volumes,
    labels: Object.fromEntries(Object.entries(wish.Labels).filter(([name]) => !RESERVED_LABEL.test(name))),
    stopSignal: wish.StopSignal ?? null,
    healthcheck: healthcheckOf(wish),
  };
}

function timeOf(text: string | undefined): Date | null {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}
