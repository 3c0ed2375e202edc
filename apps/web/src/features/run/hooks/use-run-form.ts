import { useMemo, useState } from 'react';
import { useText } from '@/lib/i18n';
import { emptyForm, type RunForm } from '../model/form';
import { type HostSize, type Problem, type Reading, toRequest } from '../model/to-request';

/** What a section of the form needs. */
export interface RunFields {
  readonly form: RunForm;
  readonly set: (changes: Partial<RunForm>) => void;
  /** The sentence to show at a field. */
  readonly problem: (field: string) => string | undefined;
}

/** Problems of what is not typed yet; they are told once the form was tried. */
const PATIENT: ReadonlySet<Problem> = new Set(['required', 'port', 'unfinished']);

export function useRunForm(image: string, host: HostSize | undefined) {
  const text = useText().run;
  const [form, setForm] = useState(() => emptyForm(image));
  const [tried, setTried] = useState(false);
  const reading: Reading = useMemo(() => toRequest(form, host), [form, host]);
  const problem = (field: string) => {
    const found = reading.problems[field];
    return found && (tried || !PATIENT.has(found)) ? text.problems[found] : undefined;
  };
  const fields: RunFields = { form, set: (changes) => setForm((before) => ({ ...before, ...changes })), problem };
  return { fields, reading, tried, markTried: () => setTried(true) };
}
