/**
 * Every code an error of the domain can carry. docs/error-model.md explains each; the REST door's table gives each its
 * status, and a test there keeps this list, the contracts and the document equal.
 */
export type ErrorCode =
  | 'invalid_input'
  | 'reference_invalid'
  | 'limit_invalid'
  | 'archive_invalid'
  | 'unauthenticated'
  | 'link_expired'
  | 'forbidden'
  | 'origin_not_allowed'
  | 'route_not_found'
  | 'container_not_found'
  | 'image_not_found'
  | 'network_not_found'
  | 'exec_not_found'
  | 'tenant_not_found'
  | 'container_name_taken'
  | 'container_state_conflict'
  | 'restart_required'
  | 'image_in_use'
  | 'port_in_use'
  | 'address_pool_exhausted'
  | 'uid_blocks_exhausted'
  | 'tenant_quota_exceeded'
  | 'payload_too_large'
  | 'host_not_allowed'
  | 'command_not_found'
  | 'command_not_executable'
  | 'too_many_requests'
  | 'runtime_failed'
  | 'network_failed'
  | 'internal'
  | 'not_supported'
  | 'registry_unavailable'
  | 'registry_refused'
  | 'registry_rate_limited'
  | 'content_invalid'
  | 'not_ready'
  | 'store_unavailable'
  | 'storage_full';

export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * A failure that a caller can act on: the class is its code, the message one sentence that says what is wrong and what to
 * do. It gets both where it is born and passes through every layer unchanged. Anything else that is thrown is a fault of
 * ours and becomes `internal` at the door.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
