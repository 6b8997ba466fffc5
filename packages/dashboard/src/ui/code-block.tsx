import { CopyButton } from './copy-button.tsx';

/** Code to be read and copied. `label` says what it is, for those who don't see it. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <div className="group relative rounded-lg border border-line bg-sunken">
      <pre tabIndex={0} role="group" aria-label={label} className="overflow-x-auto rounded-lg py-2.5 pr-11 pl-3">
        <code className="font-mono text-xs leading-5">{code}</code>
      </pre>
      <div className="absolute top-1.5 right-1.5 rounded-md bg-sunken">
        <CopyButton text={code} what={label.charAt(0).toLowerCase() + label.slice(1)} />
      </div>
    </div>
  );
}
