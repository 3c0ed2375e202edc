import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Button } from './button';

interface ToggleProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly pressed: boolean;
  readonly onChange: (pressed: boolean) => void;
}

/** A button that stays down. Its word gives way on a phone. */
export function Toggle({ icon, label, pressed, onChange }: ToggleProps) {
  return (
    <Button
      small
      tone="quiet"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={() => onChange(!pressed)}
      className={clsx(pressed && 'bg-accent-soft text-accent hover:bg-accent-soft hover:text-accent')}
    >
      {icon}
      <span className="hidden lg:inline">{label}</span>
    </Button>
  );
}
