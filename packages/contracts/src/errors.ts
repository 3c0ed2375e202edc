import { z } from 'zod';

/**
 * Every code an API error can carry, with the HTTP status it has on our REST door. Scripts branch on the code, people act
 * on the message. docs/error-model.md lists the same codes; a test keeps the two and the server's errors equal.
 */
export const ERROR_CODES = {
  invalid_input: 400,
  reference_invalid: 400,
  limit_invalid: 400,
  archive_invalid: 400,
  unauthenticated: 401,
  link_expired: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  route_not_found: 404,
  container_not_found: 404,
  image_not_found: 404,
  network_not_found: 404,
  exec_not_found: 404,
  tenant_not_found: 404,
  container_name_taken: 409,
  container_state_conflict: 409,
  restart_required: 409,
  image_in_use: 409,
  port_in_use: 409,
  address_pool_exhausted: 409,
  uid_blocks_exhausted: 409,
  tenant_quota_exceeded: 409,
  payload_too_large: 413,
  host_not_allowed: 421,
  command_not_found: 422,
  command_not_executable: 422,
  too_many_requests: 429,
  runtime_failed: 500,
  network_failed: 500,
  internal: 500,
  not_supported: 501,
  registry_unavailable: 502,
  registry_refused: 502,
  registry_rate_limited: 502,
  content_invalid: 502,
  not_ready: 503,
  store_unavailable: 503,
  storage_full: 507,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);

/** The one shape of an error, as body of a failed request and as last line of a stream that failed midway. */
export const apiError = z.object({
  code: errorCode,
  /** One sentence for a person: what is wrong and what to do. */
  message: z.string(),
  /** Facts a script may want: the field, the limit, the kernel stage and errno. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ApiErrorBody = z.infer<typeof apiError>;
