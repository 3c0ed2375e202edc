import { Fragment } from 'react';

/** A reference or path that goes on in the next line after one of its separators. */
export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[/:@])/).map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts repeat, and their place is what they are
    <Fragment key={at}>
      {part}
      <wbr />
    </Fragment>
  ));
}
