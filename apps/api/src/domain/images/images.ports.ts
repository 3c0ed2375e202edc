import type { EventDraft } from '../events/events.js';
import type { Image, ImageContents, ImageName, LayerProgress, Platform, RegistryCredentials } from './images.js';

/** Image records of all tenants. Every change is written in one transaction together with its event. */
export abstract class ImageStore {
  abstract all(): Promise<Image[]>;
  /**
   * Writes the image; one that is there keeps its names. New references move here from whichever image of the tenant had them;
   * that one stays, without a name. Returns the image as it is now.
   */
  abstract save(image: Image, event: EventDraft): Promise<Image>;
  /** Takes one canonical reference away from the tenant's image. */
  abstract untag(tenantId: string, reference: string, event: EventDraft): Promise<void>;
  abstract remove(tenantId: string, imageId: string, event: EventDraft): Promise<void>;
}

/** Who still needs an image: answered by the containers. */
export abstract class ImageUsers {
  /** Names of the tenant's containers, in any state, made from the image. */
  abstract namesUsing(tenantId: string, imageId: string): string[];
}

/** The grammar of references. */
export abstract class ImageNames {
  /** Throws `reference_invalid`. */
  abstract parse(text: string): ImageName;
  /** The short form of a canonical reference or repository digest. */
  abstract familiar(canonical: string): string;
}

/** What the records still refer to; content that nobody needs may go. */
export abstract class ContentReferences {
  abstract needsLayer(diffId: string): boolean;
  abstract needsBlob(digest: string): boolean;
}

export interface PullSource {
  readonly tenantId: string;
  readonly name: ImageName;
  /** Absent: the host's. */
  readonly platform: Platform | undefined;
  readonly credentials: RegistryCredentials | undefined;
}

/** Where images come from. Failures are errors of the domain: registry_*, content_invalid, image_not_found, storage_full … */
export abstract class ImageSource {
  /** Asks the registry what the name stands for. Nothing is downloaded, but from here on the content is held. */
  abstract resolve(source: PullSource, signal: AbortSignal): Promise<RemoteImage>;
  /** Unpacks a root filesystem tar (plain, gzip or zstd) as an image of one layer. `archive_invalid` for a damaged one. */
  abstract importArchive(tar: AsyncIterable<Buffer>, command: readonly string[], signal: AbortSignal): Promise<HeldImage>;
}

/** Content that cannot be deleted before `close`: save the record first. */
export interface HeldImage {
  readonly contents: ImageContents;
  close(): Promise<void>;
}

export interface RemoteImage {
  /** What the name stands for in the registry: `<repository>@<digest>` finds the same again. */
  readonly digest: string;
  /** Each blob once, lowest first. */
  readonly blobs: readonly { readonly digest: string; readonly sizeBytes: number }[];
  /**
   * Brings every layer here. `owns` tells whether the tenant has an image with that layer already: other layers are fetched even
   * if another tenant has them, because knowing a digest does not prove that one may read what it stands for.
   */
  fetch(watch: FetchWatch): Promise<ImageContents>;
  /** Lets go of connections and content. */
  close(): Promise<void>;
}

export interface FetchWatch {
  readonly owns: (diffId: string) => boolean;
  readonly onProgress: (progress: LayerProgress) => void;
  readonly signal: AbortSignal;
}

/** Blobs and unpacked layers on this host, shared by all tenants. */
export abstract class ImageContent {
  /** Deletes what no record refers to and no pull holds; returns the layers (diff ids) that are gone. */
  abstract discard(contents: ImageContents): Promise<string[]>;
  /** At start: half-made directories, and what interrupted pulls left long ago. */
  abstract cleanUp(): Promise<void>;
}
