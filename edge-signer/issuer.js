// Stands for the company's own login, in the demo and in the tests: makes the tokens that the signer verifies.

import { exportJWK, generateKeyPair, SignJWT } from "jose";

export const ISSUER = "https://login.example";
export const AUDIENCE = "edge-signer";

/** @param {"ES256" | "EdDSA"} [algorithm] */
export async function createIssuer(algorithm = "ES256") {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const jwk = { ...(await exportJWK(publicKey)), alg: algorithm, kid: `demo-${algorithm}` };
  return {
    jwk,
    /** What the signer needs to verify the tokens. */
    bindings: { JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE, JWT_KEYS: JSON.stringify({ keys: [jwk] }) },
    /** @param {string} name @param {string[]} roles @param {{ issuer?: string, audience?: string, expires?: string | number }} [claims] */
    token(name, roles, { issuer = ISSUER, audience = AUDIENCE, expires = "8h" } = {}) {
      return new SignJWT({ roles })
        .setProtectedHeader({ alg: algorithm, kid: jwk.kid })
        .setSubject(name)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey);
    },
  };
}
