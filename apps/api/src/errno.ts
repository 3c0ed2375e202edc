/** Whether the kernel refused with one of these, by their names in errno(3). */
export function isErrno(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && names.includes(error.code);
}

/** No space left, or no more of it for us. */
export function isDiskFull(error: unknown): boolean {
  return isErrno(error, 'ENOSPC', 'EDQUOT');
}
