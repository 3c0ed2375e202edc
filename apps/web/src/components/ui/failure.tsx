import { CircleAlert } from 'lucide-react';
import type { ApiFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { Button } from './button';

/** What was refused, in the reader's language, and the server's sentence that says why. */
export function Failure({ failure, onRetry }: { failure: ApiFailure; onRetry?: () => void }) {
  const text = useText();
  return (
    <div role="alert" className="flex gap-2.5 rounded-md border border-bad/30 bg-bad-soft px-3 py-2.5">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{text.errors[failure.code]}</p>
        {failure.message && <p className="text-soft [overflow-wrap:anywhere]">{failure.message}</p>}
      </div>
      {onRetry && (
        <Button small onClick={onRetry}>
          {text.common.retry}
        </Button>
      )}
    </div>
  );
}
