import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '@/lib/i18n';
import { Button } from './button';

export function CopyButton({ value, label }: { value: string; label?: string }) {
  const text = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button tone="quiet" small onClick={() => void copyText(value).then(setCopied)} aria-label={label ?? text.common.copy}>
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{copied ? text.common.copied : text.common.copy}</span>
    </Button>
  );
}

/** The clipboard API exists on HTTPS and localhost only; elsewhere a selected text area does it. */
async function copyText(value: string): Promise<boolean> {
  if (navigator.clipboard)
    return navigator.clipboard.writeText(value).then(
      () => true,
      () => false,
    );
  const area = document.createElement('textarea');
  area.value = value;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
