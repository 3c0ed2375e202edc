'use client';

import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { TextField } from '@/components/ui/field';
import { asFailure } from '@/lib/api-error';
import { useText } from '@/lib/i18n';
import { useSignIn } from '../api/session';
import { linkToken } from '../model/link-token';

/** Signs in with the token in the address, else with a pasted one. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const text = useText();
  const [token, setToken] = useState('');
  const { mutate, isPending, error } = useSignIn(onSignedIn);

  useEffect(() => {
    const fromLink = linkToken(location.href);
    if (!fromLink) return;
    // The token works once: it must neither stay in the history nor be tried by a second run of this effect.
    history.replaceState(history.state, '', location.pathname);
    mutate(fromLink);
  }, [mutate]);

  return (
    <form
      className="mt-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim()) mutate(token.trim());
      }}
    >
      <h1 className="font-semibold text-xl tracking-tight">{text.signIn.title}</h1>
      <p className="mt-1 mb-5 text-soft">{text.signIn.intro}</p>
      {error && (
        <div className="mb-4">
          <Failure failure={asFailure(error)} />
        </div>
      )}
      <TextField
        label={text.signIn.token}
        hint={text.signIn.tokenHint}
        value={token}
        onChange={(event) => setToken(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        mono
      />
      <Button tone="primary" type="submit" className="mt-4 w-full" disabled={isPending || !token.trim()}>
        {isPending ? text.signIn.working : text.signIn.submit}
      </Button>
    </form>
  );
}
