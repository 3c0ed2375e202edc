import { posix } from 'node:path';
import { DomainError } from '../errors.js';
import type { ContainerConfig, ContainerMount } from './container.js';
import type { ImageCatalog } from './containers.ports.js';

/** Directories that are the kernel's or the runtime's own: a mount over them, or in them, would hide what protects the container. */
const RESERVED = ['/proc', '/sys'];
/** As a whole these are refused; what lies in them may be mounted over. */
const RESERVED_ALONE = ['/', '/dev', '/dev/pts'];

/** With targets in their shortest form. Throws `invalid_input` naming the mount; called before anything is made. */
export function checkedMounts(mounts: readonly ContainerMount[]): ContainerMount[] {
  const seen = new Set<string>();
  return mounts.map((mount, at) => {
    const field = `mounts.${at}.target`;
    const target = checkedTarget(mount.target, field);
    const source = mount.type === 'bind' ? { source: normalPath(mount.source, `mounts.${at}.source`) } : {};
    if (mount.type === 'image') checkSubpath(mount.subpath ?? '', `mounts.${at}.subpath`);
    if (seen.has(target)) throw refused(field, `two mounts have the target ${target}; give each a target of its own`);
    seen.add(target);
    return { ...mount, target, ...source };
  });
}

/** With the images that are meant now. Throws `image_not_found`. */
export function withImages(mounts: readonly ContainerMount[], tenantId: string, images: ImageCatalog): ContainerMount[] {
  return mounts.map((mount) => (mount.type === 'image' ? { ...mount, imageId: images.find(tenantId, mount.source).id } : mount));
}

/** Ids of all images that the container is made of. */
export function imagesOf({ imageId, mounts }: Pick<ContainerConfig, 'imageId' | 'mounts'>): string[] {
  return [...new Set([imageId, ...mounts.flatMap((mount) => (mount.type === 'image' ? [mount.imageId] : []))])];
}

/** Parents before what lies in them, so that none hides another. */
export function inMountingOrder(mounts: readonly ContainerMount[]): ContainerMount[] {
  const depth = ({ target }: ContainerMount) => target.split('/').length;
  return mounts.toSorted((a, b) => depth(a) - depth(b));
}

/** In its shortest form. Throws `invalid_input` for a place where nothing can be mounted. */
export function checkedTarget(target: string, field: string): string {
  const normal = normalPath(target, field);
  if (RESERVED_ALONE.includes(normal) || RESERVED.some((path) => normal === path || normal.startsWith(`${path}/`))) {
    throw refused(field, `nothing can be mounted on ${normal}, which belongs to the runtime; choose another target`);
  }
  return normal;
}

function checkSubpath(subpath: string, field: string): void {
  if (subpath.startsWith('/') || subpath.split('/').includes('..'))
    throw refused(field, `${subpath} must be a path in the image without a leading slash and ".."`);
}

function normalPath(path: string, field: string): string {
  if (!path.startsWith('/') || path.split('/').includes('..')) throw refused(field, `${path} must be an absolute path without ".."`);
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

function refused(field: string, message: string): DomainError {
  return new DomainError('invalid_input', message, { field });
}
