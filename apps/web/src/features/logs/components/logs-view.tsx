import { useState } from 'react';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { useText } from '@/lib/i18n';
import { useClearLog } from '../hooks/use-clear-log';
import { useLogDownload } from '../hooks/use-log-download';
import { useLogSettings } from '../hooks/use-log-settings';
import { LiveLog, type Logged } from './live-log';
import type { ToolbarButtons } from './log-toolbar';
import { WholeLog } from './whole-log';

export function LogsView({ container }: { container: Logged }) {
  const text = useText();
  const words = text.logs;
  const { id, name } = container;
  const settings = useLogSettings();
  const [whole, setWhole] = useState(false);
  const [asking, setAsking] = useState(false);
  const { clear, cleared } = useClearLog(id);
  const download = useLogDownload();
  const buttons: ToolbarButtons = {
    whole,
    onWhole: setWhole,
    downloading: download.isPending,
    onDownload: (query = {}) => download.mutate({ id, name, query: { ...query, timestamps: settings.times } }),
    onClear: () => setAsking(true),
  };
  const View = whole ? WholeLog : LiveLog;
  return (
    <>
      {/* What was read before is gone: both views begin anew. */}
      <View key={cleared} container={container} settings={settings} buttons={buttons} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.clearTitle}
        description={words.clearText(name)}
        verb={words.clear}
        onConfirm={clear}
      />
    </>
  );
}
