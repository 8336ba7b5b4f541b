// How a signature comes about: the string to sign, its parts in their colors, and the header that it ends in.

import { Card } from "../ui/card.jsx";
import { Code } from "../ui/code.jsx";

/** @typedef {{ label: string, value: string }} Part */
/** @typedef {Pick<import("refund-signer").Explanation, "formula" | "stringToSign" | "header"> & { components: readonly Part[] }} Explanation */

/** The colors of the parts, again from the first where there are more. */
const COLORS = 6;

/** @param {{ explanation: Explanation, headers: Readonly<Record<string, string>> | undefined, title?: string }} props */
export function Signing({ explanation, headers, title = "How it is signed" }) {
  const { components, stringToSign, formula, header } = explanation;
  const signature = headers?.[header];
  return (
    <Card title={title}>
      <div class="stack">
        <div>
          <h3>String to sign</h3>
          <Code label="String to sign" text={stringToSign}>
            {colored(stringToSign, components)}
          </Code>
        </div>
        <Parts components={components} />
        <div>
          <h3>{`${header}: ${formula}`}</h3>
          {signature && <Code label={`The header ${header}`} text={signature} />}
        </div>
      </div>
    </Card>
  );
}

/** @param {{ components: readonly Part[] }} props */
function Parts({ components }) {
  return (
    <div>
      <h3>Its parts, in their order</h3>
      <dl class="parts">
        {components.map(({ label, value }, index) => (
          <div key={label} class={`part part-${index % COLORS}`}>
            <dt>{label}</dt>
            <dd>{value || "(empty)"}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** The text with each part in its color, each looked for behind the one before. @param {string} text @param {readonly Part[]} components */
function colored(text, components) {
  const pieces = [];
  let at = 0;
  for (const [index, { value }] of components.entries()) {
    const found = value ? text.indexOf(value, at) : -1;
    if (found < 0) continue;
    pieces.push(...withNewlines(text.slice(at, found), `before-${index}`));
    pieces.push(
      <span key={index} class={`part-${index % COLORS}`}>
        {value}
      </span>,
    );
    at = found + value.length;
  }
  return [...pieces, ...withNewlines(text.slice(at), "rest")];
}

/** Newlines are signed, too: they are made visible. @param {string} text @param {string} key */
function withNewlines(text, key) {
  return text
    .split("\n")
    .flatMap((line, index) => (index === 0 ? [line] : [<span key={`${key}-${index}`} class="newline" />, "\n", line]));
}
