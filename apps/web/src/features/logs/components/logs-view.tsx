import type { ContainerDetail } from '@keelson/contracts';
import { useRef, useState } from 'react';
import { StreamState } from '@/components/ui/stream-state';
import { useFormat, useText } from '@/lib/i18n';
import { useStored } from '@/lib/use-stored';
import { useLogDownload } from '../hooks/use-log-download';
import { type LogEnd, useLogFollow } from '../hooks/use-log-follow';
import { useLogSearch } from '../hooks/use-log-search';
import { useStickyEnd } from '../hooks/use-sticky-end';
import { MOST_ROWS } from '../model/log-buffer';
import type { ShownStream } from '../model/search';
import { LogLines, type LogLook } from './log-lines';
import { LogSearch } from './log-search';
import { LogToolbar } from './log-toolbar';

const SWITCH = ['on', 'off'] as const;

type Logged = Pick<ContainerDetail, 'id' | 'name' | 'state' | 'startedAt'>;

export function LogsView({ container: { id, name, state, startedAt } }: { container: Logged }) {
  const text = useText();
  const format = useFormat();
  const [times, setTimes] = useStored('logs.times', SWITCH, 'on');
  const [wrap, setWrap] = useStored('logs.wrap', SWITCH, 'on');
  const [stream, setStream] = useState<ShownStream>('all');
  const { buffer, end, status } = useLogFollow(id, startedAt);
  const found = useLogSearch(buffer, stream);
  const area = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { following, setFollowing, onScroll } = useStickyEnd(area, content);
  const download = useLogDownload();
  const look: LogLook = { stream, times: times === 'on', wrap: wrap === 'on', search: found.settled };
  const step = (by: 1 | -1) => {
    setFollowing(false);
    found.step(by);
  };
  return (
    <div>
      <LogToolbar
        look={look}
        onStream={setStream}
        onTimes={(on) => setTimes(on ? 'on' : 'off')}
        onWrap={(on) => setWrap(on ? 'on' : 'off')}
        following={following}
        onFollow={setFollowing}
        downloading={download.isPending}
        onDownload={() => download.mutate({ id, name, timestamps: look.times })}
      >
        <LogSearch search={found.search} onSearch={found.setSearch} total={found.matches.length} current={found.place} onStep={step} />
      </LogToolbar>
      <div
        ref={area}
        role="log"
        aria-live="off"
        aria-label={text.logs.output}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="h-[60dvh] overflow-auto rounded-lg border border-line bg-term py-2 font-mono text-[12.5px] text-term-ink leading-[1.55] md:h-[calc(100dvh-20.75rem)] md:min-h-80"
      >
        <div ref={content} className={look.wrap ? '' : 'w-max min-w-full'}>
          {buffer.trimmed && <Note>{text.logs.trimmed(format.number(MOST_ROWS))}</Note>}
          {buffer.blocks.map((block) => (
            <LogLines
              key={block.key}
              block={block}
              current={found.current && block.rows.some(({ key }) => key === found.current?.row) ? found.current : undefined}
              {...look}
            />
          ))}
          {buffer.nextKey === 0 && <Note>{state === 'running' ? text.logs.waiting : text.logs.empty}</Note>}
          {end && <Note>{endText(end, text.logs)}</Note>}
        </div>
      </div>
      <div className="mt-2 flex h-5 items-center text-xs">{!end && <StreamState status={status} />}</div>
    </div>
  );
}

function Note({ children }: { children: string }) {
  return <p className="px-3 py-1 font-sans text-term-faint">{children}</p>;
}

function endText(end: LogEnd, words: { ended: string; endedWith: (code: number) => string }): string {
  if (end.type === 'error') return end.message;
  return end.exitCode === null ? words.ended : words.endedWith(end.exitCode);
}
