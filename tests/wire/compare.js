// One call to the SDK and one of ours, and in what the two requests differ.

import { RefundError } from "refund-signer";
import craftgate from "./craftgate.js";
import razorpay from "./razorpay.js";
import { startWireServer } from "./wire-server.js";

/** An input is written once where both take the same, else as [ours, the SDK's]. */
const pair = (both, input) => (Array.isArray(input) ? input : [input, input]).map((fields) => ({ ...both, ...fields }));

export const groupName = ({ operation, variant }) => (variant ? `${operation}, ${variant}` : operation);

/** Compares everything: `[{ provider, group, results: [{ input, sent, differences: [{ what, sdk, ours }] }] }]`. */
export async function compareAll() {
  const compared = [];
  for (const provider of [razorpay, craftgate]) {
    for (const group of provider.groups) {
      compared.push({ provider, group, results: await compareGroup(provider, group) });
    }
  }
  return compared;
}

async function compareGroup(provider, group) {
  const server = await startWireServer(provider.answer);
  const settings = group.settings ?? provider.settings;
  const client = new provider.module.Client({ ...settings[0], baseUrl: server.url });
  const sdk = provider.sdk(server.url, settings[1]);
  const results = [];
  try {
    for (const [input, given] of Object.entries(group.inputs)) {
      const [ours, theirs] = pair(group.both, given);
      const aligned = provider.withLongNonces && !group.ownNonces;
      const call = () => attempt(server, () => group.sdk(sdk, theirs));
      const expected = await (aligned ? provider.withLongNonces(call) : call());
      const nonce = aligned && expected.request ? provider.nonceOf(expected.request) : undefined;
      const found = await attempt(server, () => {
        const { url, ...request } = client.sign(provider.module[group.operation](ours), { nonce });
        return fetch(url, request);
      });
      // We refuse with our own error only; the SDKs fail in any way.
      if (found.error && !(found.error instanceof RefundError)) throw found.error;
      if (provider.signatureHolds) {
        for (const { request } of [expected, found].filter((side) => side.request)) {
          request.isSigned = provider.signatureHolds(request, server.url, settings[0]);
        }
      }
      results.push({ input, sent: whoSent(expected, found), differences: differences(provider, expected, found) });
    }
  } finally {
    client.free();
    await server.close();
  }
  return results;
}

/** Makes the call: the one request that arrived, or why none did. */
async function attempt(server, call) {
  let error;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  const requests = server.take();
  if (requests.length > 1) throw new Error(`${requests.length} requests arrived`);
  if (requests.length === 0 && error === undefined) throw new Error("nothing arrived, and nobody complained");
  if (requests.length > 0 && error !== undefined) throw error;
  return requests.length > 0 ? { request: requests[0] } : { error, refusal: refusal(error) };
}

function refusal(error) {
  const codes = error.problems?.map(({ code }) => code) ?? [error.code ?? error.name];
  return [...new Set(codes)].join(" ");
}

const whoSent = (sdk, ours) => {
  if (sdk.request) return ours.request ? "both" : "SDK";
  return ours.request ? "ours" : "neither";
};

function differences(provider, sdk, ours) {
  if (!sdk.request && !ours.request) return [];
  if (!sdk.request || !ours.request) return [{ what: "sent at all", sdk: summary(sdk), ours: summary(ours) }];
  const [theirs, own] = [parts(sdk.request), parts(ours.request)];
  const names = [...new Set([...theirs.keys(), ...own.keys()])].filter((what) => theirs.get(what) !== own.get(what));
  return names
    .filter((what) => !follows(provider, what, sdk.request, ours.request))
    .map((what) => ({ what, sdk: theirs.get(what) ?? null, ours: own.get(what) ?? null }));
}

/** What can be compared, by name. The order of headers and the case of their names mean nothing. */
function parts({ method, target, headers, body, isSigned }) {
  const [path, ...query] = target.split("?");
  const parts = new Map(Object.entries({ method, path, query: query.join("?"), body: body.toString("utf8") }));
  if (!Buffer.from(parts.get("body")).equals(body)) throw new Error("the body is not UTF-8");
  for (const [name, value] of headers) {
    const header = `header ${name.toLowerCase()}`;
    if (parts.has(header)) throw new Error(`${header} stands twice`);
    parts.set(header, value);
  }
  if (isSigned !== undefined) parts.set("signature", isSigned ? "holds" : "does not hold");
  return parts;
}

/** Whether a difference only follows from another one, which has to be listed itself. */
function follows(provider, what, sdk, ours) {
  if (what === "header content-length") return !sdk.body.equals(ours.body);
  if (what !== "header x-signature") return false;
  return String(provider.signed(sdk)) !== String(provider.signed(ours));
}

function summary({ request, refusal }) {
  if (!request) return `nothing: ${refusal}`;
  const { method, target, body, isSigned } = request;
  const parts = [method, target, body.toString("utf8"), isSigned === false ? "(signature does not hold)" : ""];
  return parts.filter(Boolean).join(" ");
}
