import type { CreateContainerInput } from '@keelson/contracts';
import { CodeBlock } from '@/components/ui/code-block';
import { useHydrated } from '@/lib/hydrated';
import { useText } from '@/lib/i18n';
import { curlLine, dockerLine } from '../model/equivalent';

/** The same container asked for by REST and by the docker client. */
export function Equivalents({ request }: { request: CreateContainerInput }) {
  const words = useText().run;
  const shown = withoutHalfRows(request);
  const origin = useHydrated() ? location.origin : '';
  return (
    <section aria-label={words.equivalent} className="space-y-3">
      <h2 className="font-semibold text-[13px] text-soft">{words.equivalent}</h2>
      <CodeBlock title={words.docker} code={dockerLine(shown)} />
      <CodeBlock title={words.rest} code={curlLine(shown, origin)} tall />
    </section>
  );
}

/** A row that was added and is not filled in yet says nothing. */
function withoutHalfRows({ ports, mounts, devices, ...rest }: CreateContainerInput): CreateContainerInput {
  return {
    ...rest,
    ...filledIn('ports', ports, ({ containerPort }) => containerPort > 0),
    ...filledIn('mounts', mounts, ({ target }) => target !== ''),
    ...filledIn('devices', devices, ({ hostPath }) => hostPath !== ''),
  };
}

function filledIn<T>(
  name: keyof CreateContainerInput,
  rows: readonly T[] = [],
  isFilledIn: (row: T) => boolean,
): Partial<CreateContainerInput> {
  const kept = rows.filter(isFilledIn);
  return kept.length > 0 ? { [name]: kept } : {};
}
