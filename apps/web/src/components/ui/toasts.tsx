'use client';

import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { ApiFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { Button } from './button';

interface Toast {
  readonly id: number;
  readonly title: string;
  readonly detail?: string;
  readonly bad: boolean;
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const changed = new EventTarget();
/** A refusal stays longer: it has a reason to be read. */
const SHOWN_MS = { good: 4000, bad: 12_000 };

function show(toast: Omit<Toast, 'id'>): void {
  const id = nextId++;
  set([...toasts.slice(-3), { ...toast, id }]);
  setTimeout(() => dismiss(id), toast.bad ? SHOWN_MS.bad : SHOWN_MS.good);
}

function set(next: readonly Toast[]): void {
  toasts = next;
  changed.dispatchEvent(new Event('change'));
}

const dismiss = (id: number) => set(toasts.filter((toast) => toast.id !== id));

export const toast = {
  done: (title: string) => show({ title, bad: false }),
  refused: (title: string, failure: ApiFailure) => show({ title, detail: failure.message, bad: true }),
};

function subscribe(listener: () => void): () => void {
  changed.addEventListener('change', listener);
  return () => changed.removeEventListener('change', listener);
}

export function Toasts() {
  const text = useText();
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => toasts,
  );
  return (
    <section
      aria-live="polite"
      aria-label={text.shell.notifications}
      className="pointer-events-none fixed inset-x-3 bottom-16 z-50 flex flex-col items-end gap-2 md:inset-x-auto md:right-4 md:bottom-4"
    >
      {shown.map(({ id, title, detail, bad }) => (
        <div
          key={id}
          className="pointer-events-auto flex w-full max-w-sm gap-2.5 rounded-lg border border-line bg-raised p-3 shadow-high [animation:rise_140ms_ease-out]"
        >
          {bad ? (
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
          ) : (
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
          )}
          <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
            <p className="font-medium">{title}</p>
            {detail && <p className="text-soft">{detail}</p>}
          </div>
          <Button tone="quiet" small square aria-label={text.common.close} onClick={() => dismiss(id)}>
            <X aria-hidden />
          </Button>
        </div>
      ))}
    </section>
  );
}
