import { useState } from 'react';
import { asFailure } from '../api-error';
import { fieldOf, type RowKeys } from './problems';

interface Refusal {
  readonly field: string;
  readonly message: string;
}

/** What the server said of one field of a form, until the form is changed. `form` is what was sent when the error came. */
export function useRefusal(error: unknown, rows: RowKeys, form: unknown): Refusal | undefined {
  const [told, setTold] = useState<{ error: unknown; form: unknown }>();
  if (error && told?.error !== error) setTold({ error, form });
  if (!error || told?.error !== error || told.form !== form) return undefined;
  const { details, message } = asFailure(error);
  const field = details['field'];
  return typeof field === 'string' ? { field: fieldOf(field, rows), message } : undefined;
}
