/** The page's style sheet, with system fonts and the reader's colour scheme. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566171; --line: #dfe3e8; --edge: #8792a1; --back: #fff;
  --panel: #f5f7f9; --accent: #0b5cc0; --good: #17703f; --bad: #b3261e; --warn: #8a5700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #2c3440; --edge: #667183;
  --back: #12161c; --panel: #1a2028; --accent: #7ab8ff; --good: #5fd39a; --bad: #ff8a80; --warn: #f0b860; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 1rem; }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--back); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
.skip { position: absolute; z-index: 2; left: 1rem; top: -4rem; padding: .5rem .9rem; border-radius: 0 0 8px 8px;
  background: var(--accent); color: var(--back); } .skip:focus { top: 0; }
#announcement { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.side { position: fixed; inset: 0 auto 0 0; width: 19rem; display: flex; flex-direction: column; font-size: .9rem;
  border-right: 1px solid var(--line); background: var(--panel); }
header { padding: 1.25rem 1.25rem .75rem; border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; font-size: 1.05rem; color: var(--ink); text-decoration: none; }
.brand small { font-weight: 400; color: var(--soft); }
form[role=search] { margin: .6rem 0 0; } #search { width: 100%; }
#found { margin: .4rem 0 0; min-height: 1.6em; color: var(--soft); } #found:empty { display: none; }
nav { flex: 1; overflow-y: auto; padding: .75rem 1.25rem 2rem; }
nav p { margin: .6rem 0 0; font-weight: 600; } nav .family-name { margin-top: 1.25rem; font-size: .75rem; letter-spacing: .06em;
  text-transform: uppercase; color: var(--soft); } nav .family:first-of-type .family-name { margin-top: 0; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .15rem 0; text-decoration: none; overflow-wrap: anywhere; } nav a:hover { text-decoration: underline; }
@supports selector(::details-content) {
  @media (min-width: 60.01rem) { nav summary { display: none; } nav details::details-content { content-visibility: visible; display: block; } }
}

main { margin-left: 19rem; padding: 2rem 3rem 6rem; max-width: 84rem; }
main p, main li, main dd { max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .15em; }
h1 { margin: 0 0 .5rem; font-size: 2.1rem; line-height: 1.2; } h1 small, h2 small { font-size: 1rem; color: var(--soft); font-weight: 400; }
section > h2 { margin: 3.5rem 0 .25rem; } h3 { margin: 0 0 .25rem; font-size: 1.25rem; line-height: 1.35; } h4 { margin: 1.5rem 0 .5rem; }
h3 a { color: inherit; text-decoration: none; } h3 a:hover { text-decoration: underline; }
article { padding: 1.75rem 0; border-top: 1px solid var(--line); }
.searching .introduction > :not(h1) { display: none; }
code, pre { font: .875em/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { padding: .08em .3em; border-radius: 4px; background: var(--panel); overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--panel);
  overflow: auto; }
.route { margin: .25rem 0 0; } .facts { margin: .25rem 0 0; font-size: .875rem; color: var(--soft); }
.route code { font-size: 1rem; background: none; padding: 0; } .route small, .type, .limits, summary { color: var(--soft); }
.method { padding: .1rem .5rem; border-radius: 5px; font-size: .75rem; font-weight: 700; color: var(--back);
  background: var(--accent); } .method.post { background: var(--good); } .method.delete { background: var(--bad); }
.method.put, .method.patch { background: var(--warn); }
.samples { display: grid; gap: .75rem; margin: 1rem 0 .75rem; } .sample { margin: 0; min-width: 0; display: flex; flex-direction: column; }
.sample pre { margin: 0; border-radius: 0 0 8px 8px; flex: 1; }
figcaption { display: flex; justify-content: space-between; align-items: center; padding: .3rem .5rem .3rem 1rem; font-size: .8rem;
  font-weight: 600; color: var(--soft); border: 1px solid var(--line); border-bottom: 0; border-radius: 8px 8px 0 0; }
@media (min-width: 90rem) { .samples { grid-template-columns: 1fr 1fr; } }
button, input, textarea { font: inherit; color: inherit; border: 1px solid var(--edge); border-radius: 6px; background: var(--back); }
button { padding: .3rem .8rem; cursor: pointer; } button:hover { border-color: var(--accent); color: var(--accent); }
.copy { font-size: .8rem; padding: .1rem .6rem; min-width: 4.5rem; } input, textarea { padding: .4rem .6rem; width: 100%; }
::placeholder { color: var(--soft); opacity: 1; }
@media (scripting: none) { .copy, .try, form[role=search] { display: none; } }
.panel { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: .75rem 1rem; align-items: end;
  margin: .75rem 0; padding: 1rem; border: 1px solid var(--edge); border-radius: 8px; }
.panel label > span { display: block; font-size: .875rem; font-weight: 600; } .panel small { font-weight: 400; color: var(--soft); }
.panel label:has(textarea), .panel > p, .panel > div { grid-column: 1 / -1; max-width: none; margin: 0; }
.panel input, .panel textarea { font: .875rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.panel [type=submit] { justify-self: start; background: var(--accent); border-color: var(--accent); color: var(--back); font-weight: 600; }
.panel [type=submit]:hover { filter: brightness(1.1); } .panel pre { max-height: 28rem; margin-bottom: 0; }
.complaint { color: var(--bad); } .complaint:empty, .outcome:empty { display: none; } .outcome { margin: 0; }
.headers { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .25rem 0 0; font-size: .8rem; color: var(--soft); }
.headers dt, .headers dd { margin: 0; overflow-wrap: anywhere; max-width: none; }
.type { font-size: .85rem; } dt b { font-size: .75rem; font-weight: 600; color: var(--warn); }
.limits { display: block; font-size: .82rem; } .limits:empty { display: none; } .limits > * { margin-right: .75rem; }
.fields { margin: .5rem 0; border-left: 2px solid var(--line); padding-left: 1rem; }
dt { margin-top: .6rem; } dd { margin: 0; } p { margin: .6rem 0; } dd > p, dd > ul { margin: 0; }
details { margin: .35rem 0; } summary { cursor: pointer; } summary:hover { color: var(--ink); }
.answer { padding: .35rem .9rem; border: 1px solid var(--line); border-radius: 8px; } p.answer { max-width: none; margin: .35rem 0; }
.status { font-variant-numeric: tabular-nums; } .s2 { color: var(--good); } .s4 { color: var(--warn); } .s5 { color: var(--bad); }
@media (max-width: 60rem) {
  html { scroll-padding-top: 8rem; }
  .side { position: sticky; top: 0; z-index: 1; width: auto; max-height: 100vh; border-right: 0; border-bottom: 1px solid var(--line); }
  header { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; align-items: center; padding: .6rem 1.25rem; border: 0; }
  form[role=search] { margin: 0; } #found { grid-column: 1 / -1; }
  nav { padding: 0 1.25rem .5rem; min-height: 0; } nav .family:first-of-type .family-name { margin-top: .5rem; } nav details { margin: 0; } nav a { padding: .35rem 0; }
  main { margin: 0; padding: 1.25rem; } h1 { font-size: 1.7rem; }
}
@media print { .side, .copy, .try, .skip { display: none; } main { margin: 0; } }
`;
