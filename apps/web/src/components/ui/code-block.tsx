import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';
import { Scrolled } from './scrolled';

/** Text to be copied, with its name and a button. */
export function CodeBlock({ title, code, tall }: { title: string; code: string; tall?: boolean }) {
  return (
    <div className="overflow-hidden rounded-md border border-line bg-sunken">
      <div className="flex items-center justify-between border-line border-b py-0.5 pr-1 pl-3">
        <span className="font-medium text-soft text-xs">{title}</span>
        <CopyButton value={code} />
      </div>
      <Output label={title} tall={tall ?? false}>
        {code}
      </Output>
    </div>
  );
}

/** What a program wrote, or somebody wrote for one. */
export function Output({ label, tall, children }: { label: string; tall?: boolean; children: ReactNode }) {
  return (
    <Scrolled
      aria-label={label}
      className={`whitespace-pre-wrap p-3 [overflow-wrap:anywhere] font-mono text-[12.5px] leading-relaxed ${tall ? 'max-h-[70vh]' : 'max-h-56'}`}
    >
      {children}
    </Scrolled>
  );
}
