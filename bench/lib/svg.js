// A plot of ratios, drawn by hand: rows, and in each a mark per contestant with its quartiles, on a logarithmic axis.
// It has no background of its own and takes its colors from the reader's scheme.

import { escapeXml } from "./text.js";

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.small { font-size: 11px; fill: #59636e; }
.grid { stroke: #d1d9e0; }
.one { stroke: #59636e; stroke-dasharray: 4 3; }
.c0 { fill: #0969da; stroke: #0969da; } .c1 { fill: #1a7f37; stroke: #1a7f37; } .c2 { fill: #bc4c00; stroke: #bc4c00; }
.c3 { fill: #8250df; stroke: #8250df; } .c4 { fill: #cf222e; stroke: #cf222e; } .c5 { fill: #59636e; stroke: #59636e; }
.c6 { fill: #9a6700; stroke: #9a6700; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; } .small { fill: #9198a1; } .grid { stroke: #3d444d; } .one { stroke: #9198a1; }
  .c0 { fill: #4493f8; stroke: #4493f8; } .c1 { fill: #3fb950; stroke: #3fb950; } .c2 { fill: #db6d28; stroke: #db6d28; }
  .c3 { fill: #ab7df8; stroke: #ab7df8; } .c4 { fill: #f85149; stroke: #f85149; } .c5 { fill: #9198a1; stroke: #9198a1; }
  .c6 { fill: #d29922; stroke: #d29922; }
}`;
const WIDTH = 860;
const LEFT = 130;
const RIGHT = 20;
const ROW = 46;
const TOP = 78;
const STEPS = [1, 2, 5];

/** One mark for each contestant, so that color is not the only difference. */
const MARKS = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="5"/>`,
  (x, y) => `<rect x="${x - 4.5}" y="${y - 4.5}" width="9" height="9"/>`,
  (x, y) => `<path d="M${x} ${y - 6}l6 10h-12z"/>`,
  (x, y) => `<path d="M${x} ${y - 6}l6 6l-6 6l-6-6z"/>`,
  (x, y) => `<path d="M${x} ${y + 6}l6-10h-12z"/>`,
  (x, y) => `<rect x="${x - 2}" y="${y - 6}" width="4" height="12"/>`,
  (x, y) => `<rect x="${x - 6}" y="${y - 2}" width="12" height="4"/>`,
];

/**
 * @param {{
 *   title: string,
 *   axis: string,
 *   series: string[],
 *   rows: { name: string, values: Record<string, import("./measure.js").Spread | undefined> }[],
 * }} plot
 */
export function ratioPlot({ title, axis, series, rows }) {
  const spreads = rows.flatMap(({ values }) => Object.values(values)).filter(Boolean);
  const low = Math.min(1, ...spreads.map(({ q1 }) => q1)) / 1.15;
  const high = Math.max(1, ...spreads.map(({ q3 }) => q3)) * 1.15;
  const x = (ratio) => round(LEFT + (Math.log(ratio / low) / Math.log(high / low)) * (WIDTH - LEFT - RIGHT));
  const bottom = TOP + rows.length * ROW;
  const ticks = decades(low, high).map(
    (tick) =>
      `<line class="${tick === 1 ? "one" : "grid"}" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${bottom}"/>` +
      `<text class="small" text-anchor="middle" x="${x(tick)}" y="${bottom + 16}">${tick}×</text>`,
  );
  const lines = rows.map(({ name, values }, row) => {
    const middle = TOP + row * ROW + ROW / 2;
    const label = `<text x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${escapeXml(name)}</text>`;
    const rule = `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${middle + ROW / 2}" y2="${middle + ROW / 2}"/>`;
    return label + rule + series.map((one, at) => mark(x, values[one], middle, at, series.length)).join("");
  });
  const legend = series.map((one, at) => {
    const [left, top] = [LEFT + (at % 4) * 175, 38 + Math.floor(at / 4) * 18];
    return `<g class="c${at}">${MARKS[at](left, top)}</g><text x="${left + 12}" y="${top + 4}">${escapeXml(one)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 44}" role="img" aria-label="${escapeXml(title)}">
<style>${STYLE}
</style>
<text x="${LEFT}" y="18" font-weight="bold">${escapeXml(title)}</text>
${[...legend, ...ticks, ...lines].join("\n")}
<text class="small" text-anchor="middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 36}">${escapeXml(axis)}</text>
</svg>
`;
}

function mark(x, spread, middle, at, count) {
  if (!spread) return "";
  const y = round(middle + (at - (count - 1) / 2) * Math.min(7, (ROW - 12) / count));
  const whisker = `<line stroke-width="2" x1="${x(spread.q1)}" x2="${x(spread.q3)}" y1="${y}" y2="${y}"/>`;
  return `<g class="c${at}">${whisker}${MARKS[at](x(spread.median), y)}</g>`;
}

function decades(low, high) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of STEPS) ticks.push(Number((step * 10 ** power).toPrecision(3)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

const round = (number) => Math.round(number * 10) / 10;
