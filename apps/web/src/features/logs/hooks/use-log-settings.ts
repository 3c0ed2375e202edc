import { useState } from 'react';
import { useStored } from '@/lib/use-stored';
import type { ShownStream } from '../model/search';

const SWITCH = ['on', 'off'] as const;

/** How a log is shown, the same for the next one. */
export function useLogSettings() {
  const [times, setTimes] = useStored('logs.times', SWITCH, 'on');
  const [wrap, setWrap] = useStored('logs.wrap', SWITCH, 'on');
  const [stream, setStream] = useState<ShownStream>('all');
  return {
    stream,
    setStream,
    times: times === 'on',
    setTimes: (on: boolean) => setTimes(on ? 'on' : 'off'),
    wrap: wrap === 'on',
    setWrap: (on: boolean) => setWrap(on ? 'on' : 'off'),
  };
}
export type LogSettings = ReturnType<typeof useLogSettings>;
