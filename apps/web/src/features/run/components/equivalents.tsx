import type { CreateContainerInput } from '@keelson/contracts';
import { CodeBlock } from '@/components/ui/code-block';
import { useHydrated } from '@/lib/hydrated';
import { useText } from '@/lib/i18n';
import { curlLine, dockerLine } from '../model/equivalent';

/** The same container asked for by REST and by the docker client. */
export function Equivalents({ request }: { request: CreateContainerInput }) {
  const words = useText().run;
  const origin = useHydrated() ? location.origin : '';
  return (
    <section aria-label={words.equivalent} className="space-y-3">
      <h2 className="font-semibold text-[13px] text-soft">{words.equivalent}</h2>
      <CodeBlock title={words.docker} code={dockerLine(request)} />
      <CodeBlock title={words.rest} code={curlLine(request, origin)} tall />
    </section>
  );
}
