import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';

/** Text to be copied, with its name and a button. */
export function CodeBlock({ title, code, tall }: { title: ReactNode; code: string; tall?: boolean }) {
  return (
    <div className="overflow-hidden rounded-md border border-line bg-sunken">
      <div className="flex items-center justify-between border-line border-b py-0.5 pr-1 pl-3">
        <span className="font-medium text-soft text-xs">{title}</span>
        <CopyButton value={code} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable by keyboard
        tabIndex={0}
        className={`-outline-offset-2 overflow-auto whitespace-pre-wrap p-3 [overflow-wrap:anywhere] font-mono text-[12.5px] leading-relaxed ${tall ? 'max-h-[70vh]' : 'max-h-56'}`}
      >
        {code}
      </pre>
    </div>
  );
}
