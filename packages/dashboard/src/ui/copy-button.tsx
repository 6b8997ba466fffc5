import { useState } from 'react';

import { IconButton } from './button.tsx';
import { toast } from './toast.tsx';

/** Copies a text. `what` says of it what it is: “the key”. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setIsCopied(true);
      setTimeout(() => setIsCopied(false), 2_000);
    } catch {
      toast({ tone: 'negative', title: 'The browser doesn’t let the page copy. Select the text instead.' });
    }
  };
  return <IconButton icon={isCopied ? 'check' : 'copy'} label={isCopied ? 'Copied' : `Copy ${what}`} onClick={copy} />;
}
