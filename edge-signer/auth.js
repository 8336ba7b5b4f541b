// Who is asking: a JWT in the Authorization header, verified by jose.

import { createLocalJWKSet, errors, jwtVerify } from "jose";
import { Refusal } from "./refusal.js";

// Signatures only: with HMAC, who can check a token can make one.
const ALGORITHMS = ["EdDSA", "ES256"];
const LONGEST_NAME = 128;

/** @typedef {{ name: string, roles: string[] }} Person */
/** @typedef {{ JWT_ISSUER: string, JWT_AUDIENCE: string, JWT_KEYS: string }} AuthEnv `JWT_KEYS` is a JWK set */

/** @type {{ text: string, keys: ReturnType<typeof createLocalJWKSet> } | undefined} */
let imported;

/**
 * @param {Request} request
 * @param {AuthEnv} env
 * @returns {Promise<Person>}
 * @throws {Refusal}
 */
export async function authenticate(request, env) {
  const [, token] = /^Bearer ([\w.-]+)$/.exec(request.headers.get("Authorization") ?? "") ?? [];
  if (!token) throw unauthorized("missing_token", "Send a bearer token.");
  const { sub: name, roles } = await verify(token, env);
  const isNamed = typeof name === "string" && name.length > 0 && name.length <= LONGEST_NAME;
  if (!isNamed || !Array.isArray(roles)) throw unauthorized("invalid_token", "The token names no person or no roles.");
  return { name, roles };
}

/** @param {Person} person @param {string[]} roles one of which is needed */
export function authorize(person, roles) {
  if (!roles.some((role) => person.roles.includes(role))) {
    throw new Refusal(403, "role_needed", `This needs the role ${roles.join(" or ")}.`);
  }
}

/** @param {string} token @param {AuthEnv} env */
async function verify(token, { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_KEYS: text }) {
  // Without these jose would not compare them.
  if (!issuer || !audience || !text) throw new Refusal(500, "not_configured", "The signer knows no issuer of tokens.");
  if (imported?.text !== text) imported = { text, keys: createLocalJWKSet(JSON.parse(text)) };
  try {
    const requiredClaims = ["sub", "exp"];
    const { payload } = await jwtVerify(token, imported.keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthorized("expired_token", "The token has expired.");
    if (error instanceof errors.JOSEError) throw unauthorized("invalid_token", "The token is not valid here.");
    throw error;
  }
}

/** @param {string} code @param {string} message */
function unauthorized(code, message) {
  return new Refusal(401, code, message, { "WWW-Authenticate": "Bearer" });
}
