// Debug a signature: requests that people signed by hand, each with its mistake. What is found is its cause, or what is
// most often the cause where it cannot be known from what is given.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { diagnose } from "../../www/src/debug/diagnose.js";
import { SCHEMES } from "../../www/src/debug/schemes.js";

const CASES = JSON.parse(readFileSync(new URL("debug.cases.json", import.meta.url), "utf8"));
/** The path of an endpoint that nobody here knows cannot be found. */
const MISSED = ["d44"];
/** The schemes have names of their own here. */
const NAMES = { basic: (provider) => provider, snap: (provider) => `${provider}-snap` };

const right = [];
after(() => console.log(`Debug a signature: ${right.length} of ${CASES.length} causes are found`));

for (const { id, provider, scheme: kind, request, secret, extra = {}, want, finds, header } of CASES) {
  const isMissed = MISSED.includes(id);
  test(`${id}, ${provider}: ${want}${isMissed ? " (not found)" : ""}`, async () => {
    const name = NAMES[kind]?.(provider) ?? kind;
    const scheme = SCHEMES.find((one) => one.id === name);
    assert.ok(scheme, `no scheme ${name}`);
    const { method, url, headers, body } = request;
    const sent = { method, url, headers: Object.entries(headers), body: Buffer.from(body ?? "", "base64").toString() };
    const found = await diagnose({ scheme, sent, secrets: secret, others: extra.otherKeys ?? [] });
    if (isMissed) return assert.equal(found.sent.state, "unexplained", "it is found by now");
    const causes = found.sent.causes.map((cause) => cause.id).join(" ");
    if (found.sent.state === "unexplained") assert.match(found.shape ?? "", new RegExp(finds));
    else assert.equal(causes || found.sent.state, finds);
    if (header) assert.equal(found.headers[0]?.header, header);
    right.push(id);
  });
}

test("nearly all are found", () => {
  assert.ok(right.length >= CASES.length - MISSED.length, `${right.length} of ${CASES.length}`);
});
