import type { ContainerSummary } from '@keelson/contracts';
import { useState } from 'react';
import { toast } from '@/components/ui/toasts';
import { asFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { useContainerVerb, type Verb } from '../api/containers';
import { isAlive } from '../model/verbs';

type Subject = Pick<ContainerSummary, 'id' | 'name' | 'state'>;

/** The verbs of one container. Those that cannot be undone wait in `asking` until confirmed. */
export function useVerbs(container: Subject, onRemoved?: () => void) {
  const text = useText();
  const { mutateAsync, isPending } = useContainerVerb();
  const [asking, setAsking] = useState<'kill' | 'remove'>();
  const { id, name, state } = container;

  const perform = (verb: Verb) => mutateAsync({ id, verb, ...(verb === 'remove' && { force: isAlive(state) }) });
  const ask = (verb: Verb) => {
    if (verb === 'kill' || verb === 'remove') setAsking(verb);
    else perform(verb).catch((error: unknown) => toast.refused(text.containers.refused(text.containers[verb], name), asFailure(error)));
  };
  const confirm = async () => {
    if (!asking) return;
    await perform(asking);
    if (asking !== 'remove') return;
    toast.done(text.containers.removed(name));
    onRemoved?.();
  };
  return { ask, confirm, asking, dismiss: () => setAsking(undefined), isPending };
}
