import { CaseSensitive, Regex } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Failure } from '@/components/ui/failure';
import { BOX, Field } from '@/components/ui/field';
import { SearchField } from '@/components/ui/search-field';
import { Toggle } from '@/components/ui/toggle';
import { useFormat, useText } from '@/lib/i18n';
import { useServerSearch } from '../hooks/use-server-search';
import { MOST_ROWS } from '../model/log-buffer';
import { expressionFinder, textFinder } from '../model/search';
import { EMPTY_SEARCH, type LogSearchForm, SPANS, type Span, searchQuery } from '../model/server-search';
import type { LiveLog } from './live-log';
import { LogArea, Note } from './log-area';
import { LogToolbar } from './log-toolbar';

/** The server looks through all that is kept of the log, for text or an expression, within a span of time. */
export function WholeLog({ container: { id }, settings, buttons }: Parameters<typeof LiveLog>[0]) {
  const words = useText().logs;
  const format = useFormat();
  const [form, setForm] = useState<LogSearchForm>(EMPTY_SEARCH);
  const query = useMemo(() => searchQuery(form), [form]);
  const { buffer, lines, done, failure } = useServerSearch(id, query);
  const { search, regex, ignoreCase } = form;
  const find = useMemo(
    () => (search === '' ? undefined : regex ? expressionFinder(search, ignoreCase) : textFinder(search, ignoreCase)),
    [search, regex, ignoreCase],
  );
  const set = (changes: Partial<LogSearchForm>) => setForm({ ...form, ...changes });
  const { stream, times, wrap } = settings;
  return (
    <div>
      <LogToolbar settings={settings} buttons={buttons} query={query}>
        <SearchField label={words.searchWhole} value={search} onChange={(next) => set({ search: next })} />
        <Toggle icon={<Regex aria-hidden />} label={words.regex} pressed={regex} onChange={(next) => set({ regex: next })} />
        <Toggle
          icon={<CaseSensitive aria-hidden />}
          label={words.matchCase}
          pressed={!ignoreCase}
          onChange={(next) => set({ ignoreCase: !next })}
        />
        <Times form={form} set={set} />
      </LogToolbar>
      {failure && (
        <div className="mb-3">
          <Failure failure={failure} />
        </div>
      )}
      <LogArea
        buffer={buffer}
        look={{ stream, times, wrap, find }}
        before={buffer.trimmed && <Note>{words.newestFound(format.number(MOST_ROWS))}</Note>}
        after={done && lines === 0 && !failure && <Note>{search === '' ? words.empty : words.notFound}</Note>}
      />
      <p role="status" className="mt-2 h-5 text-faint text-xs">
        {done ? words.found(format.number(lines)) : words.searching(format.number(lines))}
      </p>
    </div>
  );
}

function Times({ form, set }: { form: LogSearchForm; set: (changes: Partial<LogSearchForm>) => void }) {
  const words = useText().logs;
  return (
    <>
      <select
        aria-label={words.span}
        value={form.span}
        onChange={(event) => set({ span: event.target.value as Span })}
        className="h-8.5 rounded-md border border-line-strong bg-surface px-2"
      >
        {SPANS.map((span) => (
          <option key={span} value={span}>
            {words.spans[span]}
          </option>
        ))}
      </select>
      {form.span === 'between' &&
        (['since', 'until'] as const).map((end) => (
          <Field key={end} label={words[end]} hideLabel>
            {(control) => (
              <input
                type="datetime-local"
                step={1}
                title={words[end]}
                value={form[end]}
                onChange={(event) => set({ [end]: event.target.value })}
                className={`${BOX} h-8.5 border-line-strong`}
                {...control}
              />
            )}
          </Field>
        ))}
    </>
  );
}
