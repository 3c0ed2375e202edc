/** Why a layer could not be unpacked, for callers to branch on. */
export type LayerErrorCode =
  /** The archive is malformed, truncated, or asks for something that a layer must not contain. */
  | 'LAYER_INVALID'
  /** More bytes, entries or levels than the limits allow. */
  | 'LAYER_TOO_LARGE'
  /** The disk or a quota is full. */
  | 'LAYER_DISK_FULL'
  /** The kernel refused a write for another reason. */
  | 'LAYER_WRITE_FAILED'
  /** The unpacker itself could not be set up, or died. */
  | 'LAYER_HELPER_FAILED';

/** Where it failed, as told by the helper. */
export interface LayerFailure {
  /** Step, e.g. `layer.link`; the list is in src/core/sys/stage.h. */
  stage: string;
  /** errno(3), 0 where the kernel was not asked. */
  errno: number;
  /** A whole sentence without the entry's name. */
  detail: string;
  /** Name of the tar entry; empty where none was reached. */
  entry: string;
}

/** Rejection of `unpackLayer`. The message names the entry; control characters in it are escaped. */
export class LayerError extends Error {
  override readonly name = 'LayerError';
  readonly code: LayerErrorCode;
  readonly failure: LayerFailure;

  constructor(failure: LayerFailure) {
    super(failure.entry === '' ? failure.detail : `${JSON.stringify(failure.entry)}: ${failure.detail}`);
    this.code = codeOf(failure);
    this.failure = failure;
  }
}

const ENOSPC = 28;
const EDQUOT = 122;
const HELPER_STAGES = new Set(['layer.setup', 'layer.helper', 'args', 'fork', 'internal', 'memory', 'protocol']);
/** Stages in which only the archive can be at fault. */
const ARCHIVE_STAGES = new Set([
  'layer.read',
  'layer.header',
  'layer.pax',
  'layer.name',
  'layer.owner',
  'layer.link',
  'layer.sparse',
  'layer.symlink',
  'layer.whiteout',
  'layer.parent',
]);

function codeOf({ stage, errno }: LayerFailure): LayerErrorCode {
  if (errno === ENOSPC || errno === EDQUOT) return 'LAYER_DISK_FULL';
  if (stage === 'layer.limit') return 'LAYER_TOO_LARGE';
  if (HELPER_STAGES.has(stage)) return 'LAYER_HELPER_FAILED';
  return ARCHIVE_STAGES.has(stage) ? 'LAYER_INVALID' : 'LAYER_WRITE_FAILED';
}
