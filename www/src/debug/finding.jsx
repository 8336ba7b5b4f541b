// What was found: the cause in words, the stages with the first difference, and how it should be.

import { Signing } from "../refund/signing.jsx";
import { Card } from "../ui/card.jsx";
import { Icon } from "../ui/icon.jsx";
import { Notice } from "../ui/notice.jsx";
import "./finding.css";

/** @typedef {import("./diagnose.js").Diagnosis} Diagnosis */
/** @typedef {import("./diagnose.js").Explained} Explained */
/** @typedef {import("./diagnose.js").Stage} Stage */

/** @param {{ diagnosis: Diagnosis, typed: import("./debug.jsx").Typed }} props */
export function Finding({ diagnosis, typed }) {
  const { scheme, right, sent, expected, headers, stages, hasKey } = diagnosis;
  // The header of Basic authentication is the key itself.
  const isKey = scheme.settings.some(({ name }) => ["keySecret", "serverKey", "oauthToken"].includes(name));
  const shown = right.signature !== undefined && hasKey && !isKey ? { [scheme.header]: right.signature } : undefined;
  return (
    <>
      <Card title="What is wrong">
        <div class="stack">
          <Answer explained={sent} diagnosis={diagnosis} isNoKey={!hasKey && Boolean(typed.secrets.rsaKey)} />
          {headers.length > 0 && (
            <Notice tone="bad" title="Headers">
              <ul>
                {headers.map(({ header, says }) => (
                  <li key={`${header} ${says}`}>
                    <code>{header}</code> {says}.
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          {expected && <Expected expected={expected} />}
        </div>
      </Card>
      <Card title="Stage by stage">
        <Stages stages={stages} />
      </Card>
      <Signing
        title="How it should be signed"
        explanation={{
          formula: scheme.rule,
          components: right.parts.map(({ label, shown: value }) => ({ label, value })),
          stringToSign: right.shown,
          header: scheme.header,
        }}
        headers={shown}
      />
    </>
  );
}

/** @param {{ explained: Explained, diagnosis: Diagnosis, isNoKey: boolean }} props `isNoKey`: what was given for an RSA key is none */
function Answer({ explained, diagnosis, isNoKey }) {
  const { scheme, shape } = diagnosis;
  switch (explained.state) {
    case "same":
      return (
        <Notice tone="good" title="The signature is right.">
          <p>
            It is what {scheme.title} asks for. If the provider refuses it all the same, it received another request, or
            has another key: give the signature that it expected under “What else is known”.
          </p>
        </Notice>
      );
    case "explained":
      return (
        <>
          <Causes causes={explained.causes} />
          <p class="proof">
            <Icon name="check" />
            <span>
              {explained.causes.length === 1 ? "With this mistake" : "With these mistakes together"} the signature that
              you sent comes out, to the last character. So this is the cause.
            </span>
          </p>
        </>
      );
    case "unexplained":
      return (
        <Notice tone="wait" title={`None of the ${explained.known} known mistakes explains it.`}>
          <p>
            {explained.tried} computations were tried and none gives the signature that you sent. Either the key is
            another one, or the request is not the one that was signed, or the mistake is not known here.
          </p>
          {shape && <p>{shape}</p>}
          <p>Give what your code signed as its string to sign, and the first byte that differs is shown.</p>
        </Notice>
      );
    default:
      return <Uncompared diagnosis={diagnosis} isNoKey={isNoKey} />;
  }
}

/** @param {{ diagnosis: Diagnosis, isNoKey: boolean }} props */
function Uncompared({ diagnosis, isNoKey }) {
  const { scheme, sentSignature } = diagnosis;
  if (sentSignature === undefined) {
    return (
      <Notice tone="info" title={`There is no ${scheme.header} header.`}>
        <p>Paste the request with it, so that there is something to compare.</p>
      </Notice>
    );
  }
  if (isNoKey) {
    return (
      <Notice tone="bad" title="This is no RSA key.">
        <p>Give the whole key, unencrypted, in PEM or base64. A shared secret signs other schemes, not this one.</p>
      </Notice>
    );
  }
  return (
    <Notice tone="info" title="The key is missing.">
      <p>Give it to have the signature compared. It stays in the memory of this page.</p>
    </Notice>
  );
}

/** @param {{ causes: readonly import("./diagnose.js").Cause[] }} props */
export function Causes({ causes }) {
  return (
    <>
      {causes.map(({ id, says, detail, fix }) => (
        <div key={id} class="bad cause" data-cause={id}>
          <span class="verdict-icon">
            <Icon name="cross" />
          </span>
          <div>
            <p class="verdict-title">{says}</p>
            <p>
              {detail.charAt(0).toUpperCase()}
              {detail.slice(1)}.
            </p>
            <p class="fix">
              <strong>What to do: </strong>
              {fix}
            </p>
          </div>
        </div>
      ))}
    </>
  );
}

/** @param {{ expected: Explained }} props */
function Expected({ expected }) {
  if (expected.state === "same")
    return <Notice tone="good" title="The provider expected just the signature computed here." />;
  if (expected.state === "explained") {
    return (
      <Notice tone="bad" title="The provider saw another request">
        {expected.causes.map(({ id, says, detail }) => (
          <p key={id}>{`What it expected comes out like this: ${says} (${detail}).`}</p>
        ))}
        <p>Something between you and the provider changed it, or it works with another key.</p>
      </Notice>
    );
  }
  return (
    <Notice
      tone="wait"
      title="What the provider expected is explained by no known mistake: it may have another key, or saw another request."
    />
  );
}

const TITLES = {
  headers: "Headers",
  body: "Body that was signed",
  digest: "Hash of the body",
  string: "String to sign",
  signature: "Signature",
};
const LOOKS = /** @type {const} */ ({
  ok: { tone: "good", icon: "check", word: "ok" },
  differs: { tone: "bad", icon: "cross", word: "differs" },
  uncheckable: { tone: "info", icon: "question", word: "not checkable" },
});

/** @param {{ stages: readonly Stage[], received?: boolean }} props `received`: it came from the provider, so its own is right */
export function Stages({ stages, received = false }) {
  const first = stages.findIndex(({ state }) => state === "differs");
  // Behind what nobody could check it is a difference, perhaps not the first.
  const isFirst = stages.slice(0, first).every(({ state }) => state === "ok");
  return (
    <ol class="stages">
      {stages.map((stage, index) => (
        <li key={stage.name} class={`${LOOKS[stage.state].tone} ${index === first ? "first" : ""}`}>
          <p>
            <Icon name={LOOKS[stage.state].icon} />
            <strong>{TITLES[stage.name]}</strong>
            <span class={`badge ${LOOKS[stage.state].tone}`}>
              {index === first && isFirst ? "first difference" : LOOKS[stage.state].word}
            </span>
            <span class="quiet">
              {first >= 0 && index > first && stage.state === "differs"
                ? "Follows from the first difference."
                : stage.says}
            </span>
          </p>
          {stage.difference && index === first && (
            <Difference difference={stage.difference} words={received ? RECEIVED : SENT} />
          )}
        </li>
      ))}
    </ol>
  );
}

/** @typedef {{ verb: string, right: string, wrong: string, rightTone: string, wrongTone: string }} Words */
/** @type {Words} */
const SENT = { verb: "should be there", right: "should be", wrong: "was signed", rightTone: "good", wrongTone: "bad" };
/** @type {Words} */
const RECEIVED = { verb: "arrived", right: "arrived", wrong: "was signed", rightTone: "bad", wrongTone: "good" };

/** @param {{ difference: import("./difference.js").ByteDifference, words: Words }} props */
function Difference({ difference, words }) {
  const { at, line, column, right, wrong } = difference;
  return (
    <div class="difference">
      <p class="help">
        Byte {at} (the first is 0)
        {line > 1 ? `, character ${column} of line ${line}` : ""}: {right.byte} {words.verb}, {wrong.byte} was signed.
      </p>
      <DifferenceSide name={words.right} side={right} tone={words.rightTone} />
      <DifferenceSide name={words.wrong} side={wrong} tone={words.wrongTone} />
    </div>
  );
}

/** @param {{ name: string, side: import("./difference.js").Side, tone: string }} props */
function DifferenceSide({ name, side, tone }) {
  const [char, ...rest] = [...side.after];
  return (
    <p class="side">
      <span class="help">{name}</span>
      <code>
        {visible(side.before)}
        <mark class={tone}>{char === undefined ? "⟨end⟩" : visible(char)}</mark>
        {visible(rest.join(""))}
      </code>
    </p>
  );
}

/** Line breaks, tabs and what cannot be seen at all, as signs. @param {string} text */
const visible = (text) =>
  text
    .replaceAll("\r", "⟨CR⟩")
    .replaceAll("\n", "↵")
    .replaceAll("\t", "⟨TAB⟩")
    .replaceAll("\ufeff", "⟨BOM⟩")
    .replaceAll("\u00a0", "⟨NBSP⟩")
    .replaceAll(" ", "·");
