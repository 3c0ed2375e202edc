import type { ReactNode, RefObject } from 'react';
import { Scrolled } from '@/components/ui/scrolled';
import { useText } from '@/lib/i18n';
import type { LogBuffer } from '../model/log-buffer';
import type { Match } from '../model/search';
import { LogLines, type LogLook } from './log-lines';

interface LogAreaProps {
  readonly buffer: LogBuffer;
  readonly look: LogLook;
  readonly current?: Match | undefined;
  readonly area?: RefObject<HTMLElement | null>;
  readonly content?: RefObject<HTMLDivElement | null>;
  readonly onScroll?: () => void;
  /** Notes before and after the lines. */
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}

/** The dark area with the lines of a log. */
export function LogArea({ buffer, look, current, area, content, onScroll, before, after }: LogAreaProps) {
  const text = useText();
  return (
    <Scrolled
      ref={area}
      role="log"
      aria-live="off"
      aria-label={text.logs.output}
      onScroll={onScroll}
      className="h-[60dvh] rounded-lg border border-line bg-term py-2 font-mono text-[12.5px] text-term-ink leading-[1.55] md:h-[calc(100dvh-20.75rem)] md:min-h-80"
    >
      <div ref={content} className={look.wrap ? '' : 'w-max min-w-full'}>
        {before}
        {buffer.blocks.map((block) => (
          <LogLines
            key={block.key}
            block={block}
            current={current && block.rows.some(({ key }) => key === current.row) ? current : undefined}
            {...look}
          />
        ))}
        {after}
      </div>
    </Scrolled>
  );
}

export function Note({ children }: { children: string }) {
  return <p className="px-3 py-1 font-sans text-term-faint">{children}</p>;
}
