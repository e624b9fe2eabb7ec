/** One stylesheet for every page; system fonts and colours, light and dark. */
export const style = `
:root { color-scheme: light dark; --ink: #1a1c23; --soft: #5b6070; --paper: #fbfbfd; --panel: #fff; --line: #d9dce5; --accent: #3d4fd6; --bad: #b3261e; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef4; --soft: #a5abbd; --paper: #14161c; --panel: #1c1f28; --line: #343948; --accent: #9aa6ff; --bad: #ff8a80; --good: #7ddc9f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 68rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; gap: 1.5rem; align-items: baseline; flex-wrap: wrap; border-bottom: 1px solid var(--line); }
header strong { font-size: 1.05rem; }
a { color: var(--accent); }
h1 { font-size: 1.5rem; margin: .5rem 0 1rem; }
form.connect { max-width: 34rem; background: var(--panel); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
.field { margin-bottom: 1.1rem; }
label { display: block; font-weight: 600; }
.optional { font-weight: 400; color: var(--soft); font-size: .875rem; }
.help { margin: 0 0 .3rem; color: var(--soft); font-size: .9rem; }
input, select { width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .4rem; padding: .45rem .6rem; }
input[aria-invalid=true], select[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { margin: .3rem 0 0; color: var(--bad); font-size: .9rem; }
.notice { border-left: 4px solid var(--accent); background: var(--panel); padding: .6rem .9rem; margin: 0 0 1rem; }
.notice.bad { border-color: var(--bad); }
button { font: inherit; font-weight: 600; color: var(--paper); background: var(--accent); border: 0; border-radius: .4rem; padding: .55rem 1.1rem; cursor: pointer; }
.scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .45rem .8rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
code { font-family: ui-monospace, monospace; font-size: .95em; }
.guide table { display: block; overflow-x: auto; } .guide th, .guide td { white-space: normal; min-width: 9rem; vertical-align: top; }
.guide td code { white-space: nowrap; }
.guide pre { white-space: pre-wrap; background: var(--panel); border: 1px solid var(--line); border-radius: .75rem; padding: .8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 0 0 1rem; padding: 0; }
nav ul a { display: block; padding: .3rem .7rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--panel); text-decoration: none; }
nav ul a[aria-current] { border-color: var(--accent); font-weight: 600; }
.row { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; margin: 0 0 1rem; }
.row p { margin: 0; }
section { margin: 0 0 2rem; } h2 { font-size: 1.1rem; }
td form { display: inline; } td .error { display: block; white-space: normal; min-width: 16rem; } ol.log { padding-left: 1.2rem; } ol.log time { color: var(--soft); } pre.json { white-space: pre-wrap; background: var(--panel); border: 1px solid var(--line); border-radius: .75rem; padding: .8rem; }
textarea { width: 100%; min-height: 6rem; font: .9rem ui-monospace, monospace; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .4rem; padding: .45rem .6rem; }
figure.runs { margin: 0; } .chart { width: 100%; height: auto; } .legend { display: flex; flex-wrap: wrap; gap: .3rem 1rem; list-style: none; padding: 0; margin: .3rem 0 1rem; font-size: .9rem; } .legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .35rem; vertical-align: -1px; }
.s-ok { fill: #2e9e5b; background: #2e9e5b; } .s-bad { fill: #d64545; background: #d64545; } .s-open { fill: #4f6df5; background: #4f6df5; } .s-off { fill: #8a90a2; background: #8a90a2; }
form.inline { display: flex; gap: .6rem; align-items: end; flex-wrap: wrap; margin: 0 0 1rem; } form.inline label { font-size: .9rem; } form.inline select, form.inline input { width: auto; min-width: 10rem; }
.scroll + .row { margin-top: .75rem; } td.wrap { white-space: normal; min-width: 18rem; } td button { padding: .2rem .7rem; }
.COMPLETED { color: var(--good); } .FAILED, .CRASHED, .SYSTEM_FAILURE, .TIMED_OUT { color: var(--bad); }
`;

/** Stands for the integration where Nango's clients show one. */
export const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#3d4fd6"/><path d="M17 5 8 18h6l-2 9 11-14h-7z" fill="#fff"/></svg>';
