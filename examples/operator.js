// The one who may use an example: whoever has its token. edge-signer/ has people, roles and limits.

/** Compares digests, so that the time it takes says nothing. @param {Request} request @param {string | undefined} token */
export async function isOperator(request, token) {
  if (!token) return false;
  const digest = (/** @type {string} */ text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const given = await digest(request.headers.get("Authorization") ?? "");
  return crypto.subtle.timingSafeEqual(given, await digest(`Bearer ${token}`));
}
