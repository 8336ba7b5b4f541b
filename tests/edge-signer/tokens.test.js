// Who may ask for what: tokens under attack, and requests of the wrong form.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { razorpay } from "refund-signer";
import { AUDIENCE, createIssuer, ISSUER } from "../../edge-signer/issuer.js";
import { readJson } from "../../edge-signer/web.js";
import { refused, startSigner } from "./signer.js";

const CLAIMS = { roles: ["refunder", "approver", "auditor"], sub: "mallory", iss: ISSUER, aud: AUDIENCE };
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const plan = JSON.stringify(
  razorpay.createRefund({ paymentId: "pay_FCXKPFtYfPXJPy", amount: { value: "1.00", currency: "INR" } }),
);

const signer = await startSigner();

/** Nothing is sent with this token. */
async function mustFail(token, code = "invalid_token") {
  const answer = await signer.submitText(plan, { token });
  refused(answer, 401, code);
  assert.equal(answer.headers.get("WWW-Authenticate"), "Bearer");
  assert.equal(signer.sandbox.ledger.refunds.length, 0);
}

/** A token by the given key, with claims and header as given. */
async function forged(key, header, claims) {
  return new SignJWT({ ...CLAIMS, exp: inAnHour(), ...claims }).setProtectedHeader(header).sign(key);
}

test("no token, or no bearer token", async () => {
  await mustFail(null, "missing_token");
  for (const Authorization of ["Basic cml0YTpyaXRh", "Bearer", "Bearer a b", `bearer ${signer.tokens.rita}`]) {
    const headers = { Authorization, "Content-Type": "application/json" };
    refused(await signer.submitText(plan, { token: null, headers }), 401, "missing_token");
  }
});

test("of another key, by whatever name", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  const { kid } = signer.issuer.jwk;
  await mustFail(await forged(privateKey, { alg: "ES256" }));
  await mustFail(await forged(privateKey, { alg: "ES256", kid }));
  await mustFail(await forged(privateKey, { alg: "ES256", kid, jwk }));
  await mustFail(await forged(privateKey, { alg: "ES256", kid: "../demo", jku: "https://mallory.example/keys" }));
});

test("without a signature, or with an HMAC by the public key", async () => {
  const claims = encoded({ ...CLAIMS, exp: inAnHour() });
  for (const alg of ["none", "None", "NONE"]) {
    await mustFail(`${encoded({ alg })}.${claims}.`);
    await mustFail(`${encoded({ alg, kid: signer.issuer.jwk.kid })}.${claims}.AAAA`);
  }
  for (const secret of [JSON.stringify(signer.issuer.jwk), signer.issuer.jwk.x, ""]) {
    const signed = `${encoded({ alg: "HS256", kid: signer.issuer.jwk.kid })}.${claims}`;
    await mustFail(`${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`);
  }
  const [header, , signature] = signer.tokens.rita.split(".");
  await mustFail(`${header}.${claims}.${signature}`);
  await mustFail(`${header}.${claims}.`);
});

test("expired, not expiring, for somebody else, from somebody else, of nobody", async () => {
  const token = (claims, name = "rita") => signer.issuer.token(name, ["refunder"], claims);
  await mustFail(await token({ expires: "-1s" }), "expired_token");
  await mustFail(await token({ audience: "another-service" }));
  await mustFail(await token({ issuer: "https://login.example.mallory.example" }));
  await mustFail(await token({}, ""));
  await mustFail(await token({}, "x".repeat(129)));
  const own = await createIssuer();
  await mustFail(await own.token("rita", ["refunder"]));
});

test("EdDSA and ES256 are taken, other algorithms are not, even with a key of the issuer", async () => {
  const keyOf = async (alg, { publicKey }) => ({ ...(await exportJWK(publicKey)), alg, kid: alg });
  const pairs = {};
  for (const alg of ["EdDSA", "ES256", "ES384", "RS256", "PS256"]) pairs[alg] = await generateKeyPair(alg);
  const keys = await Promise.all(Object.entries(pairs).map(([alg, pair]) => keyOf(alg, pair)));
  const other = await startSigner({ bindings: { JWT_KEYS: JSON.stringify({ keys }) } });
  const token = (alg, claims) => forged(pairs[alg].privateKey, { alg, kid: alg }, claims);
  other.tokens.ada = await token("EdDSA");
  const ask = async (alg, claims) => other.call("GET", "/audit", { token: await token(alg, claims) });
  for (const alg of ["EdDSA", "ES256"]) assert.equal((await ask(alg)).status, 200);
  for (const alg of ["ES384", "RS256", "PS256"]) refused(await ask(alg), 401, "invalid_token");
  for (const claims of [{ exp: undefined }, { exp: "never" }, { roles: "auditor" }, { sub: 7 }, { nbf: inAnHour() }]) {
    refused(await ask("EdDSA", claims), 401, "invalid_token");
  }
});

test("roles", async () => {
  const { rita, omar } = signer.tokens;
  const digest = "0".repeat(64);
  refused(await signer.submitText(plan, { token: omar }), 403, "role_needed");
  refused(await signer.approve(digest, rita), 403, "role_needed");
  refused(await signer.call("GET", "/audit", { token: rita }), 403, "role_needed");
  refused(await signer.call("GET", "/audit", { token: omar }), 403, "role_needed");
  refused(await signer.call("GET", `/refunds/${digest}`, { token: rita }), 404, "not_found");
  refused(await signer.approve(digest, omar), 404, "not_found");
});

test("without an issuer, audience or keys nobody gets in", async () => {
  for (const name of ["JWT_ISSUER", "JWT_AUDIENCE", "JWT_KEYS"]) {
    await signer.restart({ [name]: "" });
    refused(await signer.submitText(plan), 500, "not_configured");
  }
  await signer.restart();
});

test("wrong methods, paths and origins", async () => {
  const allow = async (method, path, allowed) => {
    const answer = await signer.call(method, path);
    refused(answer, 405, "method_not_allowed");
    assert.equal(answer.headers.get("Allow"), allowed);
  };
  for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"]) await allow(method, "/refunds", "POST, GET");
  await allow("POST", "/audit", "GET");
  await allow("DELETE", `/refunds/${"0".repeat(64)}`, "GET");
  for (const path of ["/", "/refunds/", "/refunds/..%2faudit", "//refunds", "/refunds/ABC", "/Audit"]) {
    refused(await signer.call("GET", path), 404, "not_found");
  }
  for (const Origin of ["https://mallory.example", "null"]) {
    const answer = await signer.call("POST", "/refunds", {
      body: plan,
      headers: { Origin, "Content-Type": "application/json" },
    });
    refused(answer, 403, "cross_origin");
    assert.equal(answer.headers.get("Access-Control-Allow-Origin"), null);
  }
  refused(await signer.call("GET", "/audit?after=-1"), 400, "invalid_query");
});

test("wrong content types, and too much", async () => {
  for (const type of [
    "text/plain",
    "application/json; charset=latin1",
    "application/x-www-form-urlencoded",
    "application/json, text/plain",
  ]) {
    refused(await signer.submitText(plan, { headers: { "Content-Type": type } }), 415, "unsupported_media_type");
  }
  const megabyte = " ".repeat(1 << 20);
  refused(await signer.call("POST", "/webhooks/razorpay", { token: "", body: `${megabyte} ` }), 413, "body_too_large");
  assert.equal((await signer.call("POST", "/webhooks/razorpay", { token: "", body: megabyte })).status, 401);
  const large = plan + " ".repeat(70_000);
  refused(await signer.submitText(large), 413, "body_too_large");
  // The length is not announced.
  const stream = new Blob([large]).stream();
  refused(await signer.submitText(stream), 413, "body_too_large");
  // Of what is announced as too large nothing is read.
  const headers = new Headers({ "Content-Type": "application/json", "Content-Length": "65537" });
  const body = new ReadableStream({ pull: () => assert.fail("it was read") }, { highWaterMark: 0 });
  await assert.rejects(readJson({ headers, body }), { status: 413, code: "body_too_large" });
  refused(await signer.submitText(new Uint8Array([0x7b, 0xff, 0x7d])), 400, "invalid_json");
  for (const text of ["", "null", "[]", "1", '"x"', "{", `${plan} `, `\ufeff${plan}`, plan.replace(":", ": ")]) {
    refused(await signer.submitText(text), 400, "invalid_json");
  }
  assert.equal(signer.sandbox.ledger.refunds.length, 0);
});
