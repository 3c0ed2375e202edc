import type { ContainerDetail } from '@keelson/contracts';
import { useRef } from 'react';
import { StreamState } from '@/components/ui/stream-state';
import { useFormat, useText } from '@/lib/i18n';
import { type LogEnd, useLogFollow } from '../hooks/use-log-follow';
import { useLogSearch } from '../hooks/use-log-search';
import type { LogSettings } from '../hooks/use-log-settings';
import { useStickyEnd } from '../hooks/use-sticky-end';
import { MOST_ROWS } from '../model/log-buffer';
import { LogArea, Note } from './log-area';
import { LogSearch } from './log-search';
import { FollowToggle, LogToolbar, type ToolbarButtons } from './log-toolbar';

export type Logged = Pick<ContainerDetail, 'id' | 'name' | 'state' | 'startedAt'>;

interface LiveLogProps {
  readonly container: Logged;
  readonly settings: LogSettings;
  readonly buttons: ToolbarButtons;
}

/** The newest lines, and those that come. The search looks at what is shown. */
export function LiveLog({ container: { id, state, startedAt }, settings, buttons }: LiveLogProps) {
  const text = useText();
  const format = useFormat();
  const { stream, times, wrap } = settings;
  const { buffer, end, status } = useLogFollow(id, startedAt);
  const found = useLogSearch(buffer, stream);
  const area = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { following, setFollowing, onScroll } = useStickyEnd(area, content);
  const step = (by: 1 | -1) => {
    setFollowing(false);
    found.step(by);
  };
  return (
    <div>
      <LogToolbar settings={settings} buttons={buttons} more={<FollowToggle following={following} onFollow={setFollowing} />}>
        <LogSearch search={found.search} onSearch={found.setSearch} total={found.matches.length} current={found.place} onStep={step} />
      </LogToolbar>
      <LogArea
        buffer={buffer}
        look={{ stream, times, wrap, find: found.find }}
        current={found.current}
        area={area}
        content={content}
        onScroll={onScroll}
        before={buffer.trimmed && <Note>{text.logs.trimmed(format.number(MOST_ROWS))}</Note>}
        after={
          <>
            {buffer.nextKey === 0 && <Note>{state === 'running' ? text.logs.waiting : text.logs.empty}</Note>}
            {end && <Note>{endText(end, text.logs)}</Note>}
          </>
        }
      />
      <div className="mt-2 flex h-5 items-center text-xs">{!end && <StreamState status={status} />}</div>
    </div>
  );
}

function endText(end: LogEnd, words: { ended: string; endedWith: (code: number) => string }): string {
  if (end.type === 'error') return end.message;
  return end.exitCode === null ? words.ended : words.endedWith(end.exitCode);
}
