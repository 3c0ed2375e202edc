import { posix } from 'node:path';
import type { CdiLink } from '../../domain/cdi/cdi.js';

/** A hook of a spec. None is ever run: what those of the standard generator are for is done by Keelson itself (docs/adr/0018). */
export interface Hook {
  readonly path: string;
  readonly args?: readonly string[] | null | undefined;
}

export interface HookEffect {
  readonly links: readonly CdiLink[];
  readonly libraryFolders: readonly string[];
  readonly skipped: readonly string[];
  /** Why the device cannot be used; null: it can. */
  readonly problem: string | null;
}

/** Programs of the NVIDIA Container Toolkit: `nvidia-cdi-hook COMMAND …` and `nvidia-ctk hook COMMAND …`. */
const GENERATORS = new Set(['nvidia-cdi-hook', 'nvidia-ctk']);

/** Without effect here: no node can be made inside, directories are open to all, and the newer libraries of an image stay the image's. */
const NEEDLESS = new Set(['chmod', 'disable-device-node-modification', 'enable-cuda-compat']);

export function effectOf({ path, args }: Hook): HookEffect {
  const [, ...words] = args ?? [];
  const [command = '', ...options] = words[0] === 'hook' ? words.slice(1) : words;
  const known = GENERATORS.has(posix.basename(path));
  if (known && command === 'create-symlinks') return linksOf(values(options, '--link'));
  if (known && command === 'update-ldcache') return { ...NOTHING, libraryFolders: values(options, '--folder') };
  if (known && NEEDLESS.has(command)) return { ...NOTHING, skipped: [command] };
  return { ...NOTHING, problem: `it needs the hook ${[path, ...words].join(' ').slice(0, 200)}, and Keelson runs no hooks` };
}

const NOTHING: HookEffect = { links: [], libraryFolders: [], skipped: [], problem: null };

/** `target::link`, as the generator writes it. */
function linksOf(pairs: readonly string[]): HookEffect {
  const links: CdiLink[] = [];
  for (const pair of pairs) {
    const [target = '', path = '', ...more] = pair.split('::');
    if (target === '' || !path.startsWith('/') || path.split('/').includes('..') || more.length > 0)
      return { ...NOTHING, problem: `its hook create-symlinks has the link "${pair.slice(0, 200)}", which is not target::/path` };
    links.push({ path, target });
  }
  return { ...NOTHING, links };
}

/** Of `--name value` and `--name=value`. */
function values(options: readonly string[], name: string): string[] {
  return options.flatMap((option, at) => {
    if (option.startsWith(`${name}=`)) return [option.slice(name.length + 1)];
    return options[at - 1] === name ? [option] : [];
  });
}
