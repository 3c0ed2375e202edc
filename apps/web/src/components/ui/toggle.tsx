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
      tone={pressed ? 'soft' : 'quiet'}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={() => onChange(!pressed)}
    >
      {icon}
      <span className="hidden lg:inline">{label}</span>
    </Button>
  );
}
