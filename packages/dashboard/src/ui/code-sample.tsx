import { useState } from 'react';

import { CodeBlock } from './code-block.tsx';
import { Segmented } from './segmented.tsx';

interface CodeSampleProps {
  /** What it does: “Takes a lock”. */
  readonly label: string;
  readonly curl: string;
  readonly typescript: string;
}

type Language = 'curl' | 'typescript';

const languages = [
  { value: 'curl', label: 'curl' },
  { value: 'typescript', label: 'TypeScript' },
] as const;

/** The same request in a shell and in TypeScript. */
export function CodeSample({ label, ...code }: CodeSampleProps) {
  const [language, setLanguage] = useState<Language>('curl');
  return (
    <div className="grid min-w-0 grid-cols-1 gap-2">
      <div className="flex items-center justify-between gap-2">
        <p className="text-sm font-medium">{label}</p>
        <Segmented label="Language" options={languages} value={language} onChange={setLanguage} />
      </div>
      <CodeBlock code={code[language]} label={`${label}, in ${language === 'curl' ? 'curl' : 'TypeScript'}`} />
    </div>
  );
}
