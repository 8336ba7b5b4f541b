// Debug a signature: what was sent on one side, what is wrong with it on the other, as one types.

import { useEffect, useState } from "preact/hooks";
import { theSandbox } from "../sandbox.js";
import { diagnose } from "./diagnose.js";
import { examplesOf, makeExample } from "./examples.js";
import { Finding } from "./finding.jsx";
import { PastedRequest } from "./pasted.jsx";
import { useAfterPause } from "./pause.js";
import { parseHeaders } from "./request.js";
import { schemeFor, schemesOf } from "./schemes.js";
import "./debug.css";

/** @typedef {import("./schemes.js").ProviderName} ProviderName */
/** @typedef {import("./diagnose.js").Diagnosis} Diagnosis */

/**
 * What the form holds, as it was typed.
 * @typedef {object} Typed
 * @property {ProviderName} provider
 * @property {string} example its name, until something is changed
 * @property {string} scheme its id; empty: the one that fits
 * @property {string} method
 * @property {string} url
 * @property {string} headers
 * @property {string} body
 * @property {Record<string, string>} secrets
 * @property {string} others
 * @property {{ signature: string, stringToSign: string, digest: string }} claims
 */

const NOTHING_CLAIMED = { signature: "", stringToSign: "", digest: "" };

/** @param {ProviderName} provider @param {string} [name] @returns {Promise<Typed>} */
async function exampleOf(provider, name = examplesOf(provider)[0]?.name ?? "right") {
  const { sent, secrets } = await makeExample(theSandbox(), provider, name);
  const headers = sent.headers.map((header) => header.join(": ")).join("\n");
  return { ...sent, provider, headers, secrets, scheme: "", example: name, others: "", claims: NOTHING_CLAIMED };
}

/** @param {Typed} typed @returns {import("./diagnose.js").Question & { strange: readonly string[] }} */
function questionOf({ provider, scheme, method, url, headers, body, secrets, others, claims }) {
  const parsed = parseHeaders(headers);
  const sent = { method, url: url.trim(), headers: parsed.headers, body };
  const chosen = schemesOf(provider).find(({ id }) => id === scheme) ?? schemeFor(provider, sent);
  const keys = others.split("\n").filter((line) => line !== "");
  return { scheme: chosen, sent, secrets, others: keys, claims, strange: parsed.strange };
}

export function Debug() {
  const [typed, setTyped] = useState(/** @type {Typed | undefined} */ (undefined));
  const [diagnosis, setDiagnosis] = useState(/** @type {Diagnosis | undefined} */ (undefined));

  useEffect(() => {
    exampleOf("doku").then(setTyped);
  }, []);

  useAfterPause(typed, typed && (() => diagnose(questionOf(typed))), setDiagnosis);

  const edit = (/** @type {Partial<Typed>} */ change) => {
    if (typed) setTyped({ ...typed, example: "", ...change });
    setDiagnosis(undefined);
  };
  const load = async (/** @type {ProviderName} */ provider, /** @type {string} */ name) => {
    setDiagnosis(undefined);
    setTyped(await exampleOf(provider, name || undefined));
  };

  return (
    <>
      <div class="screen-head">
        <div>
          <h1>Debug a signature</h1>
          <p>
            Paste what you sent. It is signed again, stage by stage, and the first difference is named with its cause.
          </p>
        </div>
      </div>
      <div class="columns debug">
        {typed && <PastedRequest typed={typed} question={questionOf(typed)} onEdit={edit} onExample={load} />}
        <div class="stack" aria-live="polite" aria-busy={diagnosis === undefined}>
          {diagnosis && typed ? (
            <Finding diagnosis={diagnosis} typed={typed} />
          ) : (
            <p class="quiet">Signing it again…</p>
          )}
        </div>
      </div>
    </>
  );
}
