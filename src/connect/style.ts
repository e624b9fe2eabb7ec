/** The form's own stylesheet; a page sets the custom properties to fit it in. */
export const style = `
:host { display: block; color-scheme: light dark;
  --tdc-ink: light-dark(#1a1c23, #eceef4); --tdc-soft: light-dark(#565b6b, #adb3c4); --tdc-panel: light-dark(#fff, #1c1f28);
  --tdc-input: light-dark(#fbfbfd, #14161c); --tdc-edge: light-dark(#6b7080, #8b91a5); --tdc-accent: light-dark(#3d4fd6, #9aa6ff);
  --tdc-on-accent: light-dark(#fff, #14161c); --tdc-bad: light-dark(#b3261e, #ff8a80); --tdc-warn: light-dark(#7a4b00, #ffc46b);
  --tdc-good: light-dark(#1b6e3c, #7ddc9f); color: var(--tdc-ink); font: 1rem/1.5 system-ui, sans-serif; }
:host([hidden]) { display: none; }
*, ::before, ::after { box-sizing: border-box; }
form { max-width: 36rem; overflow-wrap: anywhere; padding: 1.5rem; background: var(--tdc-panel); border: 1px solid color-mix(in srgb, var(--tdc-edge) 45%, transparent); border-radius: .9rem; }
@media (max-width: 28rem) { form { padding: 1rem; border-radius: .6rem; } }
[hidden] { display: none !important; }
h2 { font-size: 1.3rem; margin: 0 0 1rem; }
.field { margin: 0 0 1.15rem; }
.title { display: flex; justify-content: space-between; gap: 0 1rem; align-items: baseline; flex-wrap: wrap; }
label { font-weight: 600; }
.tag { font-weight: 400; font-size: .85rem; color: var(--tdc-soft); }
.help, a { font-size: .875rem; }
.help { margin: .1rem 0 .35rem; color: var(--tdc-soft); }
a { color: var(--tdc-accent); }
.control { display: flex; gap: .5rem; }
input, select { flex: 1; min-width: 0; font: inherit; color: inherit; background: var(--tdc-input); border: 1px solid var(--tdc-edge); border-radius: .45rem; padding: .5rem .65rem; min-height: 2.75rem; }
input::placeholder { color: var(--tdc-soft); opacity: 1; }
[aria-invalid=true] { border-color: var(--tdc-bad); box-shadow: inset 0 0 0 1px var(--tdc-bad); }
:focus-visible { outline: 3px solid var(--tdc-accent); outline-offset: 2px; }
.error, .warning { margin: .35rem 0 0; font-size: .9rem; }
.error { color: var(--tdc-bad); } .error::before { content: "✗ "; } .warning { color: var(--tdc-warn); } .warning::before { content: "! "; }
.outcome { margin: 0 0 1rem; padding: .65rem .9rem; border-left: 4px solid var(--tdc-accent); background: var(--tdc-input); }
.outcome.bad { border-color: var(--tdc-bad); } .outcome.good { border-color: var(--tdc-good); }
button { font: inherit; font-weight: 600; border-radius: .45rem; padding: .55rem 1.1rem; min-height: 2.75rem; cursor: pointer; border: 1px solid transparent; }
button[type=submit] { color: var(--tdc-on-accent); background: var(--tdc-accent); }
button[type=button] { color: var(--tdc-ink); background: transparent; border-color: var(--tdc-edge); }
button[aria-disabled=true] { opacity: .65; cursor: progress; }
.status { margin: .6rem 0 0; color: var(--tdc-soft); font-size: .9rem; }
.status:empty { margin: 0; }
@media (prefers-reduced-motion: no-preference) { button { transition: opacity .15s; } }
`;
