import clsx from 'clsx';
import { useText } from '@/lib/i18n';
import type { StreamStatus } from '@/lib/stream-client';

/** Whether what is seen is of now. */
export function StreamState({ status }: { status: StreamStatus }) {
  const words = useText().streams;
  const sentence = { open: words.live, connecting: words.connecting, waiting: words.waiting }[status];
  return (
    <span role="status" className={clsx('inline-flex items-center gap-1.5 text-xs', status === 'waiting' ? 'text-warn' : 'text-faint')}>
      <span
        aria-hidden
        className={clsx('size-1.5 rounded-full', status === 'open' ? 'bg-ok' : 'bg-warn [animation:shimmer_1.2s_ease-in-out_infinite]')}
      />
      {sentence}
    </span>
  );
}
