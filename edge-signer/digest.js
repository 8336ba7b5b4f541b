// What makes two plans one refund, and its name in the books. The console imports it, so that its result files name
// plans as the books do.

/** @typedef {import("refund-signer").Plan} Plan */

/** All that is sent, but for the body and for the key, which may be made anew for each plan. `currency` is not sent. */
const MEMBERS = /** @type {const} */ (["provider", "operation", "method", "path", "query"]);

/** Strings and numbers of a JSON text. */
const VALUES = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** What a plan asks for, apart from its idempotency key. @param {Plan} plan */
export function contentOf(plan) {
  return JSON.stringify([...MEMBERS.map((name) => plan[name]), canonical(plan.body)]);
}

/** SHA-256 in hex: the same for all plans that send the same, however they are spelled. @param {Plan} plan */
export async function digestOf(plan) {
  const text = new TextEncoder().encode(JSON.stringify([contentOf(plan), plan.idempotencyKey]));
  const digest = await crypto.subtle.digest("SHA-256", text);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A body without the order of its members, white space and escapes; numbers as they are written, for none is rounded. What is no JSON stays as it is: nobody signs it. @param {string | undefined} body */
function canonical(body) {
  try {
    const marked = String(body).replace(VALUES, (value) =>
      value.startsWith('"') ? `"s${value.slice(1)}` : `"n${value}"`,
    );
    return sorted(JSON.parse(marked));
  } catch {
    return body;
  }
}

/** Members as a list of pairs, in order. @param {any} value @returns {unknown} */
function sorted(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const names = Object.keys(value).sort();
  return { members: names.map((name) => [name, sorted(value[name])]) };
}
