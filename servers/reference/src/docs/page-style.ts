/** The page's style sheet, with system fonts and the reader's colour scheme. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #dfe3e8; --back: #fff; --panel: #f5f7f9;
  --accent: #0b63ce; --good: #1a7f4b; --bad: #b3261e; --warn: #9a6200; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #2c3440; --back: #12161c;
  --panel: #1a2028; --accent: #6ab0ff; --good: #5fd39a; --bad: #ff8a80; --warn: #f0b860; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--back); }
nav { position: fixed; inset: 0 auto 0 0; width: 19rem; overflow-y: auto; padding: 1.5rem 1.25rem;
  border-right: 1px solid var(--line); background: var(--panel); font-size: .9rem; }
nav h2 { margin: 1.25rem 0 .25rem; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
nav h3 { margin: .6rem 0 0; font-size: .9rem; }
nav ul { list-style: none; margin: 0; padding: 0; } nav a { display: block; padding: .15rem 0; }
main { margin-left: 19rem; padding: 2rem 3rem 6rem; max-width: 66rem; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { margin: 0 0 .5rem; font-size: 2.1rem; } h1 small, h2 small { font-size: 1rem; color: var(--soft); font-weight: 400; }
section > h2 { margin: 3.5rem 0 .25rem; } h3 { margin: 0 0 .25rem; font-size: 1.25rem; } h4 { margin: 1.5rem 0 .5rem; }
article { padding: 1.75rem 0; border-top: 1px solid var(--line); scroll-margin-top: 1rem; }
code, pre { font: .875em/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { padding: .08em .3em; border-radius: 4px; background: var(--panel); overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--panel);
  overflow-x: auto; }
.route code { font-size: 1rem; background: none; padding: 0; } .route small, .type, .limits, summary { color: var(--soft); }
.method { padding: .1rem .5rem; border-radius: 5px; font-size: .75rem; font-weight: 700; color: var(--back);
  background: var(--accent); } .method.post { background: var(--good); } .method.delete { background: var(--bad); }
.type { font-size: .85rem; } dt b { font-size: .75rem; font-weight: 600; color: var(--warn); }
.limits { display: block; font-size: .82rem; } .limits:empty { display: none; } .limits > * { margin-right: .75rem; }
.fields { margin: .5rem 0; border-left: 2px solid var(--line); padding-left: 1rem; }
dt { margin-top: .6rem; } dd { margin: 0; } p { margin: .6rem 0; } dd > p, dd > ul { margin: 0; }
details { margin: .35rem 0; } summary { cursor: pointer; } summary:hover { color: var(--ink); }
.answer { padding: .35rem .9rem; border: 1px solid var(--line); border-radius: 8px; }
.status { font-variant-numeric: tabular-nums; } .s2 { color: var(--good); } .s4 { color: var(--warn); } .s5 { color: var(--bad); }
@media (max-width: 60rem) { nav { position: static; width: auto; border: 0; } main { margin: 0; padding: 1.25rem; } }
@media print { nav { display: none; } main { margin: 0; } }
`;
