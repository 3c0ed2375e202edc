import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { TextField } from '@/components/ui/field';
import { useText } from '@/lib/i18n';
import { splitCommand } from '@/lib/split-command';
import type { NewTerminal } from '../model/open-terminals';

interface CommandDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onOpen: (wanted: NewTerminal) => void;
}

/** Asks what a new terminal is to run. */
export function CommandDialog({ open, onOpenChange, onOpen }: CommandDialogProps) {
  const text = useText();
  const [command, setCommand] = useState('');
  const [user, setUser] = useState('');
  const { argv, unfinished } = splitCommand(command);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={text.terminals.open}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          onOpen({ command: [...argv], ...(user.trim() && { user: user.trim() }) });
          onOpenChange(false);
        }}
      >
        <TextField
          label={text.terminals.command}
          hint={text.terminals.commandHint}
          error={unfinished ? text.problems.unfinished : undefined}
          value={command}
          onChange={(event) => setCommand(event.target.value)}
          placeholder="top -d 1"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          mono
        />
        <TextField
          label={text.run.user}
          hint={text.run.userHint}
          value={user}
          onChange={(event) => setUser(event.target.value)}
          spellCheck={false}
          autoComplete="off"
          mono
        />
        <DialogActions>
          <Button onClick={() => onOpenChange(false)}>{text.common.cancel}</Button>
          <Button tone="primary" type="submit" disabled={argv.length === 0 || unfinished}>
            {text.terminals.start}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
