import type { ContainerDetail, ImageDetail, ImageSummary } from '@keelson/contracts';
import { Play } from 'lucide-react';
import Link from 'next/link';
import { type SubmitEvent, useEffect, useMemo, useRef } from 'react';
import { Page } from '@/components/layout/page';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { type ApiFailure, asFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import type { HostSize } from '@/lib/limits/read-limits';
import { useCreateContainer } from '../api/run';
import { useRunForm } from '../hooks/use-run-form';
import { BasicsSection } from './basics-section';
import { ConfinementSection } from './confinement-section';
import { EnvSection } from './env-section';
import { Equivalents } from './equivalents';
import { FilesSection } from './files-section';
import { HealthSection } from './health-section';
import { LimitsSection } from './limits-section';
import { NetworkSection } from './network-section';
import { ProcessSection } from './process-section';

/** A container that was made but could not be started stays, and the refusal names it. */
function Refusal({ failure }: { failure: ApiFailure }) {
  const text = useText();
  const container = failure.details['container'];
  return (
    <>
      <Failure failure={failure} />
      {typeof container === 'string' && (
        <Link href={`/containers/${container}/inspect`} className="block text-accent hover:underline">
          {text.run.madeAnyway}
        </Link>
      )}
    </>
  );
}

interface RunViewProps {
  /** The image that came with the address, or "". */
  readonly initialImage: string;
  readonly images: readonly ImageSummary[];
  readonly chosen: ImageDetail | undefined;
  readonly onImage: (image: string) => void;
  readonly host: HostSize | undefined;
  /** Whether the walls of a container may be taken down by who asks; the server decides. */
  readonly admin: boolean;
  readonly onCreated: (container: ContainerDetail) => void;
}

export function RunView({ initialImage, images, chosen, onImage, host, admin, onCreated }: RunViewProps) {
  const text = useText();
  const element = useRef<HTMLFormElement>(null);
  const { mutate, isPending, error } = useCreateContainer();
  const { fields, reading, tried, markTried } = useRunForm(initialImage, host, error);
  const wrong = Object.keys(reading.problems).length > 0;
  const { image } = fields.form;
  const names = useMemo(() => imageNames(images), [images]);
  useEffect(() => onImage(image), [image, onImage]);

  // The marks appear with the next frame.
  const focusMarked = () => requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    markTried();
    if (wrong) focusMarked();
    else mutate(reading.request, { onSuccess: onCreated, onError: focusMarked });
  };
  return (
    <Page title={text.run.title} back={{ href: '/containers', label: text.containers.title }}>
      <form ref={element} onSubmit={submit} noValidate className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_27rem]">
        <div className="min-w-0 space-y-4">
          <BasicsSection fields={fields} images={names} chosen={chosen} />
          <NetworkSection fields={fields} exposed={chosen?.config.exposedPorts ?? []} admin={admin} />
          <LimitsSection fields={fields} host={host} />
          <FilesSection fields={fields} admin={admin} images={names} />
          <EnvSection fields={fields} />
          <ProcessSection fields={fields} stopSignal={chosen?.config.stopSignal || undefined} />
          <HealthSection fields={fields} />
          <ConfinementSection fields={fields} admin={admin} />
        </div>
        <div className="min-w-0 space-y-5 xl:sticky xl:top-17">
          <div className="space-y-3">
            {error && <Refusal failure={asFailure(error)} />}
            {tried && wrong && (
              <p role="alert" className="text-bad">
                {text.run.check}
              </p>
            )}
            <Button type="submit" tone="primary" className="w-full" disabled={isPending}>
              <Play aria-hidden />
              {isPending ? text.run.submitting : text.run.submit}
            </Button>
          </div>
          <Equivalents request={reading.request} />
        </div>
      </form>
    </Page>
  );
}

function imageNames(images: readonly ImageSummary[]): string[] {
  return [...new Set(images.flatMap(({ references, id }) => (references.length > 0 ? references : [id])))].sort();
}
