import { ArrowDownToLine, Clock, Download, WrapText } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Toggle } from '@/components/ui/toggle';
import { useText } from '@/lib/i18n';
import type { ShownStream } from '../model/search';
import type { LogLook } from './log-lines';

interface LogToolbarProps {
  readonly children: ReactNode;
  readonly look: LogLook;
  readonly onStream: (stream: ShownStream) => void;
  readonly onTimes: (times: boolean) => void;
  readonly onWrap: (wrap: boolean) => void;
  readonly following: boolean;
  readonly onFollow: (following: boolean) => void;
  readonly downloading: boolean;
  readonly onDownload: () => void;
}

/** Search (the children) and how the log is shown. */
export function LogToolbar(props: LogToolbarProps) {
  const words = useText().logs;
  const { look } = props;
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
      {props.children}
      <select
        aria-label={words.stream}
        value={look.stream}
        onChange={(event) => props.onStream(event.target.value as ShownStream)}
        className="h-8.5 rounded-md border border-line-strong bg-surface px-2"
      >
        <option value="all">{words.all}</option>
        <option value="stdout">{words.stdout}</option>
        <option value="stderr">{words.stderr}</option>
      </select>
      <div className="ml-auto flex items-center gap-1">
        <Toggle icon={<ArrowDownToLine aria-hidden />} label={words.follow} pressed={props.following} onChange={props.onFollow} />
        <Toggle icon={<Clock aria-hidden />} label={words.timestamps} pressed={look.times} onChange={props.onTimes} />
        <Toggle icon={<WrapText aria-hidden />} label={words.wrap} pressed={look.wrap} onChange={props.onWrap} />
        <Button small tone="quiet" disabled={props.downloading} onClick={props.onDownload} aria-label={words.download}>
          <Download aria-hidden />
          <span className="hidden lg:inline">{props.downloading ? words.downloading : words.download}</span>
        </Button>
      </div>
    </div>
  );
}
