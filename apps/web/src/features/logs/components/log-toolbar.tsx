import { ArrowDownToLine, Clock, Download, FileSearch, Trash2, WrapText } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Toggle } from '@/components/ui/toggle';
import type { Query } from '@/lib/api-client';
import { useText } from '@/lib/i18n';
import type { LogSettings } from '../hooks/use-log-settings';
import type { ShownStream } from '../model/search';

export interface ToolbarButtons {
  readonly whole: boolean;
  readonly onWhole: (whole: boolean) => void;
  readonly downloading: boolean;
  /** Of what the query of the API finds; all without one. */
  readonly onDownload: (query?: Query) => void;
  readonly onClear: () => void;
}

interface LogToolbarProps {
  readonly children: ReactNode;
  readonly settings: LogSettings;
  readonly buttons: ToolbarButtons;
  /** What a download is to hold. */
  readonly query?: Query;
  readonly more?: ReactNode;
}

/** Search (the children), how the log is shown, and what can be done with it. */
export function LogToolbar({ children, settings, buttons, query, more }: LogToolbarProps) {
  const words = useText().logs;
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
      {children}
      <select
        aria-label={words.stream}
        value={settings.stream}
        onChange={(event) => settings.setStream(event.target.value as ShownStream)}
        className="h-8.5 rounded-md border border-line-strong bg-surface px-2"
      >
        <option value="all">{words.all}</option>
        <option value="stdout">{words.stdout}</option>
        <option value="stderr">{words.stderr}</option>
      </select>
      <div className="ml-auto flex items-center gap-1">
        <Toggle icon={<FileSearch aria-hidden />} label={words.whole} pressed={buttons.whole} onChange={buttons.onWhole} />
        {more}
        <Toggle icon={<Clock aria-hidden />} label={words.timestamps} pressed={settings.times} onChange={settings.setTimes} />
        <Toggle icon={<WrapText aria-hidden />} label={words.wrap} pressed={settings.wrap} onChange={settings.setWrap} />
        <Button
          small
          square
          tone="quiet"
          disabled={buttons.downloading}
          onClick={() => buttons.onDownload(query)}
          aria-label={words.download}
          title={buttons.downloading ? words.downloading : words.download}
        >
          <Download aria-hidden />
        </Button>
        <Button small square tone="quiet" onClick={buttons.onClear} aria-label={words.clear} title={words.clear}>
          <Trash2 aria-hidden />
        </Button>
      </div>
    </div>
  );
}

export function FollowToggle({ following, onFollow }: { following: boolean; onFollow: (following: boolean) => void }) {
  return <Toggle icon={<ArrowDownToLine aria-hidden />} label={useText().logs.follow} pressed={following} onChange={onFollow} />;
}
