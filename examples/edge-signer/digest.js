// The name of a plan in the books. The console imports it, so that its result files name plans as the books do.

/** All that a plan can have, so that no two plans have one name. */
const MEMBERS = ["version", "provider", "operation", "method", "path", "query", "body", "idempotencyKey", "currency"];

/** SHA-256 in hex: the same for the same plan, in whatever order its members came. @param {import("refund-signer").Plan} plan */
export async function digestOf(plan) {
  const text = new TextEncoder().encode(JSON.stringify(plan, MEMBERS));
  const digest = await crypto.subtle.digest("SHA-256", text);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
