import { useMemo, useState } from 'react';
import type { Problem } from '@/lib/form/problems';
import { useRefusal } from '@/lib/form/use-refusal';
import { useText } from '@/lib/i18n';
import type { HostSize } from '@/lib/limits/read-limits';
import { EMPTY_FORM, type RunForm } from '../model/form';
import { type Reading, toRequest } from '../model/to-request';

/** What a section of the form needs. */
export interface RunFields {
  readonly form: RunForm;
  readonly set: (changes: Partial<RunForm>) => void;
  /** The sentence to show at a field. */
  readonly problem: (field: string) => string | undefined;
  /** Whether something below one of these names has to be looked at. */
  readonly anyProblem: (...prefixes: readonly string[]) => boolean;
}

/** Problems of what is not typed yet; they are told once the form was tried. */
const PATIENT: ReadonlySet<Problem> = new Set(['required', 'port', 'path', 'unfinished']);

/** The form, what it asks for, and what is wrong with it: as the contract says, and as the server said of the last try (`error`). */
export function useRunForm(image: string, host: HostSize | undefined, error: unknown) {
  const text = useText();
  const [form, setForm] = useState<RunForm>({ ...EMPTY_FORM, image });
  const [tried, setTried] = useState(false);
  const reading: Reading = useMemo(() => toRequest(form, host), [form, host]);
  const refusal = useRefusal(error, reading.rows, form);
  const problem = (field: string) => {
    const found = reading.problems[field];
    if (found && (tried || !PATIENT.has(found))) return text.problems[found];
    return refusal?.field === field ? refusal.message : undefined;
  };
  const named = [...Object.keys(reading.problems).filter((field) => problem(field)), ...(refusal ? [refusal.field] : [])];
  const anyProblem = (...prefixes: readonly string[]) => named.some((field) => prefixes.some((prefix) => field.startsWith(prefix)));
  const set = (changes: Partial<RunForm>) => setForm((before) => ({ ...before, ...changes }));
  const fields: RunFields = { form, set, problem, anyProblem };
  return { fields, reading, tried, markTried: () => setTried(true) };
}
