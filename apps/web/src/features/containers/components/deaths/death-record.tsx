import type { Death } from '@keelson/contracts';
import clsx from 'clsx';
import { Output } from '@/components/ui/code-block';
import { Facts } from '@/components/ui/facts';
import { useFormat, useText } from '@/lib/i18n';
import { isClean } from '../../model/deaths';
import { HealthProbes } from '../health-probes';
import { UsageFacts } from './usage-facts';

export function DeathRecord({ death }: { death: Death }) {
  const text = useText();
  const words = text.deaths;
  return (
    <div className="space-y-4">
      <div>
        <p className={clsx('font-semibold', isClean(death) ? 'text-ink' : 'text-bad')}>{words.causes[death.cause]}</p>
        <p className="text-soft [overflow-wrap:anywhere]" lang="en">
          {death.sentence}
        </p>
      </div>
      <EndFacts death={death} />
      {death.usage && <UsageFacts usage={death.usage} />}
      <LastLines log={death.log} />
      {death.health && death.health.probes.length > 0 && (
        <div>
          <h3 className="mb-2 font-semibold text-[13px]">{text.health.probes}</h3>
          <HealthProbes probes={death.health.probes} />
        </div>
      )}
    </div>
  );
}

function EndFacts({ death }: { death: Death }) {
  const words = useText().deaths;
  const format = useFormat();
  const { signal, sender, request, oom, coreDumped } = death;
  return (
    <Facts
      facts={[
        { label: words.when, value: format.dateTime(death.finishedAt) },
        ...(death.startedAt ? [{ label: words.ran, value: format.duration(death.durationMs) }] : []),
        { label: words.exitCode, value: death.exitCode },
        ...(signal ? [{ label: words.signal, value: coreDumped ? `${signal} (${words.core})` : signal }] : []),
        ...(sender
          ? [{ label: words.sender, value: sender.certain ? words.senders[sender.kind] : words.probably(words.senders[sender.kind]) }]
          : []),
        ...(request
          ? [{ label: words.request, value: words.requestBy(words.verbs[request.verb], request.actor, format.timeOfDay(request.time)) }]
          : []),
        ...(oom ? [{ label: words.oomKills, value: oomText(oom, words, format.number) }] : []),
        { label: words.next, value: death.willRestart ? words.comesBack : words.staysDown },
      ]}
    />
  );
}

type Words = ReturnType<typeof useText>['deaths'];

function oomText({ kills, victim }: NonNullable<Death['oom']>, words: Words, number: (value: number) => string): string {
  if (!victim) return number(kills);
  return words.victim(number(kills), `${victim.command} (${victim.pidInside ?? victim.pid})`);
}

function LastLines({ log }: Pick<Death, 'log'>) {
  const words = useText().deaths;
  if (log.length === 0) return null;
  return (
    <div>
      <h3 className="mb-2 font-semibold text-[13px]">{words.lastLines}</h3>
      <div className="rounded-md bg-term text-term-ink">
        <Output label={words.lastLines}>
          {log.map(({ stream, time, text }) => (
            <span key={`${time} ${text}`} className={clsx('block', stream === 'stderr' && '-ml-2 border-term-bad border-l-2 pl-1.5')}>
              {text || '\u200b'}
            </span>
          ))}
        </Output>
      </div>
    </div>
  );
}
