import type { ContainerDetail } from '@keelson/contracts';
import { CircleAlert, ExternalLink } from 'lucide-react';
import Link from 'next/link';
import { useFormat, useText } from '@/lib/i18n';
import { portLabels, webAddresses } from '../model/addresses';
import { isClean } from '../model/deaths';
import { StateBadge } from './state-badge';

/** State, image, times and published ports in one line, and why it did not run when it did not. */
export function ContainerSubtitle({ container }: { container: ContainerDetail }) {
  return (
    <div className="-mt-2 mb-4 space-y-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-[13px] text-soft">
        <StateBadge container={container} />
        <Since container={container} />
        <Link
          href={`/images/detail?ref=${encodeURIComponent(container.image)}`}
          className="font-mono [overflow-wrap:anywhere] hover:text-accent"
        >
          {container.image}
        </Link>
        <Ports container={container} />
      </div>
      <Ended container={container} />
    </div>
  );
}

/** The end of the last run where it was not as wished, until it runs again. */
function Ended({ container: { id, state, error, lastDeath } }: { container: ContainerDetail }) {
  const text = useText();
  const unclean = lastDeath && !isClean(lastDeath) && (state === 'exited' || state === 'restarting');
  if (!error && !unclean) return null;
  return (
    <div className="flex gap-2.5 rounded-md border border-bad/30 bg-bad-soft px-3 py-2.5">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{unclean ? text.deaths.causes[lastDeath.cause] : text.container.lastError}</p>
        <p className="text-soft" lang="en">
          {unclean ? lastDeath.sentence : error}
        </p>
        {unclean && (
          <Link href={`/containers/${encodeURIComponent(id)}/life`} className="text-accent hover:underline">
            {text.deaths.more}
          </Link>
        )}
      </div>
    </div>
  );
}

function Since({ container: { state, createdAt, startedAt, finishedAt } }: { container: ContainerDetail }) {
  const text = useText();
  const format = useFormat();
  const words = text.container;
  const [instant, sentence] =
    state === 'running' && startedAt
      ? [startedAt, words.startedAgo]
      : finishedAt
        ? [finishedAt, words.finishedAgo]
        : [createdAt, words.createdAgo];
  return (
    <time dateTime={instant} title={format.dateTime(instant)}>
      {sentence(format.ago(instant))}
    </time>
  );
}

function Ports({ container: { ports, state } }: { container: ContainerDetail }) {
  const text = useText();
  const labels = portLabels(ports);
  const addresses = webAddresses(ports, location.hostname);
  if (state !== 'running') return labels.map((label) => <span key={label}>{label}</span>);
  return labels.map((label, at) => (
    <a
      key={label}
      href={addresses[at]}
      target="_blank"
      rel="noreferrer"
      aria-label={text.container.openPort(addresses[at] ?? '')}
      className="tabular inline-flex items-center gap-1 text-accent hover:underline"
    >
      {label}
      <ExternalLink aria-hidden className="size-3.5" />
    </a>
  ));
}
