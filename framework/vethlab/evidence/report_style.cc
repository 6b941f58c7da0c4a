#include <vethlab/evidence/report_parts.h>

namespace vethlab::evidence {

// Light and dark as the reader's machine is, on phones, on desks and on paper.
std::string style_sheet() {
  return R"css(
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --ink: #1a1f25; --quiet: #59636e; --rule: #d5dbe1; --soft: #eceff3;
  --bad: #c0241d; --bad-soft: #fdebe9; --good: #17713a; --good-soft: #e3f5e9; --link: #0a58b5;
  --warn: #7a5200; --warn-soft: #fff5da; --switch: #e6effa;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101316; --card: #181c21; --ink: #e3e7eb; --quiet: #98a3ae; --rule: #333a42; --soft: #22282e;
    --bad: #ff7a70; --bad-soft: #3a1c1b; --good: #6ed08b; --good-soft: #14301e; --link: #7db9ff;
    --warn: #e6b94a; --warn-soft: #2f2712; --switch: #1c2b3d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 var(--sans);
  overflow-wrap: anywhere; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 64px; }
h1, h2, h3, h4, p, pre, ul, ol, figure { margin: 0; padding: 0; }
h1 { font-size: 24px; line-height: 1.25; }
h2 { font-size: 18px; margin: 36px 0 10px; }
h2 .quiet { font-size: 13px; font-weight: normal; margin-left: 6px; }
h3 { display: inline; font-size: 16px; }
h4 { font-size: 13px; margin: 18px 0 6px; color: var(--quiet); }
a { color: var(--link); text-underline-offset: 2px; }
pre, code { font: 12.5px/1.5 var(--mono); }
pre { white-space: pre-wrap; }
.quiet { color: var(--quiet); }
.bad { color: var(--bad); }
header p { font-size: 13px; margin-top: 4px; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 16px;
  margin-top: 12px; }
.failure-card { border-left: 5px solid var(--bad); }
.failure-card pre { font-size: 14px; }
.at { font: 12.5px/1.5 var(--mono); color: var(--quiet); margin-bottom: 6px; }
.why { border-left: 5px solid var(--ink); }
.why p { font-size: 18px; line-height: 1.4; font-weight: 600; }
.why pre { margin-top: 8px; font-size: 13.5px; }
.warning { background: var(--warn-soft); color: var(--warn); border-radius: 8px; padding: 10px 16px;
  margin-top: 12px; }
nav { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 18px; }
nav a { padding: 4px 11px; border: 1px solid var(--rule); border-radius: 16px; background: var(--card);
  font-size: 13px; text-decoration: none; }
summary { cursor: pointer; }
nav .warn { color: var(--warn); }
.lab { font-size: 14px; margin: 14px 0 8px; }
figure .lab { margin-top: 0; }
.others { margin-top: 14px; }

.wide { overflow-x: auto; }
.network { display: block; margin: 0 auto; max-width: 100%; height: auto; font: 11px var(--mono); fill: var(--ink); }
.network rect { fill: var(--card); stroke: var(--quiet); stroke-width: 1.5; }
.network rect.switch { fill: var(--switch); }
.network rect.broken { stroke: var(--bad); stroke-width: 3; fill: var(--bad-soft); }
.network .name { font: bold 13px var(--sans); }
.network .tag { font: 11px var(--sans); fill: var(--quiet); }
.network .label { paint-order: stroke; stroke: var(--card); stroke-width: 3; }
.network .end { text-anchor: end; }
.network .line { white-space: pre; }
.network .wire { fill: none; stroke: var(--quiet); stroke-width: 2; }
.network .drops { stroke-dasharray: 2 5; stroke-linecap: round; }
.network .down { stroke-dasharray: 7 6; }
.network .wire.broken { stroke: var(--bad); stroke-width: 3.5; }
.network .cross circle { fill: var(--bad); stroke: var(--card); stroke-width: 2; }
.network .cross path { fill: none; stroke: var(--card); stroke-width: 2.5; stroke-linecap: round; }
figcaption { margin-top: 12px; font-size: 14px; }
.on-narrow { display: none; }

.timeline { list-style: none; background: var(--card); border: 1px solid var(--rule); border-radius: 8px;
  padding: 6px 0; }
.timeline ol { list-style: none; }
.timeline li { display: grid; grid-template-columns: 92px 150px minmax(0, 1fr) auto; column-gap: 12px;
  padding: 1px 16px; }
.timeline li.fold { display: block; padding: 0; }
.timeline li.left-out { display: block; padding: 8px 16px; color: var(--warn); }
.fold > details > summary { padding: 4px 16px 4px 120px; color: var(--link); font-size: 13px; }
.time { font: 12px/1.7 var(--mono); color: var(--ink); text-align: right; }
.time i { font-style: normal; color: var(--quiet); }
.where { font-size: 13px; }
.where i { font-style: normal; color: var(--quiet); }
.what { font: 12.5px/1.55 var(--mono); white-space: pre-wrap; }
.what:last-child { grid-column: 3 / -1; }
.timeline .step { border-top: 1px solid var(--soft); padding-top: 4px; padding-bottom: 4px; }
.timeline .step:first-child { border-top: 0; }
.step .where { font-weight: 600; }
.result { display: block; }
.result::before { content: "→ "; color: var(--quiet); }
.failed b, .failed .result { color: var(--bad); }
.notes { font: 12px/1.6 var(--sans); color: var(--quiet); }
.packet .what, .line .what { color: var(--quiet); }
.packet .what::before { content: "⇢ "; }
.line .what { border-left: 3px solid var(--rule); padding-left: 8px; }
.line.err .what { border-left-color: var(--bad); color: var(--ink); }
.timeline .failure { background: var(--bad-soft); padding-top: 6px; padding-bottom: 6px; }
.failure .where a { color: var(--bad); font-weight: 600; }

.one-node > summary { margin: -14px -16px; padding: 12px 16px; }
.one-node[open] > summary { margin-bottom: 12px; border-bottom: 1px solid var(--rule); }
.anchor { scroll-margin-top: 64px; }
.tag { display: inline-block; max-width: 100%; font-size: 12px; color: var(--quiet); border: 1px solid currentColor; border-radius: 10px; padding: 0 7px;
  margin-left: 4px; }
.tag.bad { color: var(--bad); }
table { border-collapse: collapse; font-size: 13px; }
th { text-align: left; font-weight: normal; color: var(--quiet); }
th, td { padding: 3px 18px 3px 0; vertical-align: top; white-space: nowrap; border-bottom: 1px solid var(--soft); }
td { font: 12.5px/1.5 var(--mono); }
.one-node pre { margin-top: 6px; background: var(--soft); border-radius: 6px; padding: 8px 0; }
.one-node pre:not(:has(span)) { padding: 8px 12px; }
pre span { display: block; padding: 0 12px; }
.added { background: var(--good-soft); color: var(--good); }
.removed { background: var(--bad-soft); color: var(--bad); }
.heading { color: var(--quiet); font-weight: bold; }
.heading:not(:first-child) { margin-top: 6px; }
.one-node details { margin-top: 10px; }
.one-node ul { padding-left: 20px; font-size: 14px; }
.one-node > p { margin-top: 12px; font-size: 13px; }
.files, .warning { list-style: none; }

@media (max-width: 640px) {
  main { padding: 16px 10px 48px; }
  h1 { font-size: 20px; }
  .card { padding: 12px; }
  .one-node > summary { margin: -12px; padding: 12px; }
  .on-wide { display: none; }
  .on-narrow { display: block; }
  .timeline li { grid-template-columns: auto 1fr; padding: 3px 12px; }
  .time { text-align: left; }
  .what, .what:last-child { grid-column: 1 / -1; }
  .fold > details > summary { padding-left: 12px; }
  .notes { grid-column: 1 / -1; }
}
@media print {
  :root {
    --page: #fff; --card: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --soft: #eee;
    --bad: #b00; --bad-soft: #fdebe9; --good: #060; --good-soft: #e3f5e9; --link: #000; --warn: #530;
    --warn-soft: #fff5da; --switch: #e6effa;
    print-color-adjust: exact; -webkit-print-color-adjust: exact;
  }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  details::details-content { display: block; content-visibility: visible; block-size: auto; }
  .network { min-width: 0 !important; }
  figure, .failure-card, .why, li, tr { break-inside: avoid; }
  li.fold { break-inside: auto; }
  h2, h4, summary { break-after: avoid; }
}
)css";
}

}  // namespace vethlab::evidence
