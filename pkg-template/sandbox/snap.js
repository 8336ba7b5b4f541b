// SNAP, the Indonesian scheme that PayerMax, DOKU and Durianpay share: token, signature, X-EXTERNAL-ID, refund.
import { base64, hex, hmac, rsaVerify, sha256, utf8 } from "./crypto.js";
import { text, violation } from "./fields.js";
import { afterScheme, isJson, jsonBody, Refusal, statusOf } from "./http.js";
import { at, minify } from "./json.js";
import { toMajor, toMinor } from "./money.js";
import { day } from "./time.js";

/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").World} World */
/** @typedef {import("./types.js").Payment} Payment */
/** @typedef {import("./types.js").Refund} Refund */

const TOKEN_SERVICE = "73";
const MESSAGES = /** @type {const} */ ({
  40000: "Bad Request",
  40100: "Unauthorized.",
  40101: "Invalid Token (B2B)",
  40103: "Token Not Found (B2B)",
  40305: "Do Not Honor",
  40400: "Invalid Transaction Status",
  40401: "Transaction Not Found",
  40413: "Invalid Amount",
  40418: "Inconsistent Request",
  40500: "Requested Function Is Not Supported",
  40900: "Conflict",
  40901: "Duplicate partnerReferenceNo",
  42900: "Too Many Requests",
  50000: "General Error",
  50001: "Internal Server Error",
  50400: "Timeout",
  40001: "Invalid Field Format",
  40002: "Invalid Mandatory Field",
});
/** @typedef {keyof typeof MESSAGES} Case HTTP status and case code, without the service code between them */

/**
 * responseCode = HTTP status (3) + service code (2) + case code (2).
 * @param {string} service @param {Case} code @param {string} [detail] @returns {Answer}
 */
export function snapError(service, code, detail) {
  const digits = String(code);
  const responseMessage = detail ? `${MESSAGES[code]} ${detail}` : MESSAGES[code];
  return {
    status: Number(digits.slice(0, 3)),
    body: { responseCode: digits.slice(0, 3) + service + digits.slice(3), responseMessage },
  };
}

/** What 429, 500 and 503 look like; no code is known for 503. @param {string} service @param {number} status @returns {Answer} */
export const snapFailure = (service, status) => ({
  ...snapError(service, status === 429 ? 42900 : status === 503 ? 50001 : 50000),
  status,
});

/** @param {string} service @param {Case} code @param {string} [detail] @returns {never} */
export function refuse(service, code, detail) {
  throw new Refusal(snapError(service, code, detail));
}

/** The body as an object that keeps its rules. @param {Call} call @param {string} service @param {Record<string, import("./fields.js").Kind>} rules */
export function snapBody(call, service, rules) {
  const body = jsonBody(call) ?? refuse(service, 40000);
  const broken = violation(body, rules);
  if (broken) refuse(service, broken.problem === "missing" ? 40002 : 40001, broken.field);
  return body;
}

/** "10000.00" @param {{ amount: bigint, currency: string }} money */
export const snapAmount = ({ amount, currency }) => ({ value: toMajor(amount, currency, 2), currency });

/**
 * @typedef {object} Traits what differs between the three
 * @property {"payermax" | "doku" | "durianpay"} name
 * @property {{ clientKey: string, partnerId: string, secret: string, accessToken: string, channelId?: string }} keys
 * @property {string[]} grantTypes
 * @property {number} tokenSeconds
 * @property {boolean} [millis] X-TIMESTAMP must have milliseconds
 * @property {(header: string) => boolean} [externalId] X-EXTERNAL-ID's alphabet
 */

/** @param {World} world @param {Traits} traits */
export function createSnap(world, traits) {
  const { name, keys } = traits;
  /** @type {Map<string, number>} */
  const tokens = new Map([[keys.accessToken, Infinity]]);
  /** @type {Set<string>} */
  const externalIds = new Set();

  /** @param {Call} call @param {string} service @param {string} header */
  const mandatory = (call, service, header) => call.headers.get(header) || refuse(service, 40002, header);

  // X-TIMESTAMP: yyyy-MM-dd'T'HH:mm:ss(.SSS)XXX, within the allowed skew of now.
  /** @param {Call} call @param {string} service */
  function checkTimestamp(call, service) {
    const stamp = mandatory(call, service, "X-TIMESTAMP");
    const [, fraction] =
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(?:Z|[+-]\d\d:\d\d)$/.exec(stamp) ??
      refuse(service, 40001, "X-TIMESTAMP");
    if (Number.isNaN(Date.parse(stamp)) || (traits.millis && !fraction)) refuse(service, 40001, "X-TIMESTAMP");
    if (Math.abs(Date.parse(stamp) - world.now()) > world.rules.snapSkewMs)
      refuse(service, 40100, "X-TIMESTAMP is not current");
    return stamp;
  }

  /** @param {string} signature @param {string} message @param {string} service @param {string} what */
  async function checkRsa(signature, message, service, what) {
    const key =
      (await world.merchantKey(name)) ?? refuse(service, 40100, "no public key is registered for this merchant");
    if (!(await rsaVerify(key, signature, utf8(message)))) refuse(service, 40100, what);
  }

  // sign (PayerMax) = base64(RSA-SHA256 over the raw body), checked whenever it is sent.
  /** @param {Call} call @param {string} service */
  async function checkSignHeader(call, service) {
    const sign = call.headers.get("sign");
    if (sign) await checkRsa(sign, call.text, service, "sign");
    else if (world.rules.requireSign && name === "payermax") refuse(service, 40002, "sign");
  }

  // symmetric: base64(HMAC-SHA512(clientSecret, METHOD:EndpointUrl:AccessToken:hex(SHA256(minify(body))):timestamp))
  // asymmetric (option): base64(RSA-SHA256(METHOD:EndpointUrl:hex(SHA256(minify(body))):timestamp))
  /** @param {Call} call @param {string} service @param {string} token @param {string} stamp */
  async function checkSignature(call, service, token, stamp) {
    const signature = mandatory(call, service, "X-SIGNATURE");
    const digest = hex(await sha256(utf8(minify(call.text))));
    const expected = base64(
      await hmac("SHA-512", keys.secret, utf8(`${call.method}:${call.target}:${token}:${digest}:${stamp}`)),
    );
    if (signature === expected) return;
    if (!world.rules.asymmetricSnap) refuse(service, 40100, "Invalid signature");
    await checkRsa(signature, `${call.method}:${call.target}:${digest}:${stamp}`, service, "Invalid signature");
  }

  // Authorization: Bearer <B2B token>; the token enters the signature without "Bearer ".
  /** @param {Call} call @param {string} service */
  function checkToken(call, service) {
    const token = afterScheme(call.headers.get("Authorization") ?? "", "Bearer") ?? refuse(service, 40103);
    if ((tokens.get(token) ?? 0) <= world.now()) refuse(service, 40101);
    return token;
  }

  // X-EXTERNAL-ID: unique within the same (Jakarta) day; a refused request has used it up as well.
  /** @param {Call} call @param {string} service */
  function useExternalId(call, service) {
    const id = mandatory(call, service, "X-EXTERNAL-ID");
    if (id.length > 36 || traits.externalId?.(id) === false) refuse(service, 40001, "X-EXTERNAL-ID");
    const use = `${day(world.now(), 7)} ${id}`;
    if (externalIds.has(use)) refuse(service, 40900);
    externalIds.add(use);
  }

  /** Every check of a business call. @param {Call} call @param {string} service */
  async function authorize(call, service) {
    if (!isJson(call)) refuse(service, 40000, "Content-Type must be application/json");
    const stamp = checkTimestamp(call, service);
    if (mandatory(call, service, "X-PARTNER-ID") !== keys.partnerId) refuse(service, 40100, "Unknown client");
    if (keys.channelId && mandatory(call, service, "CHANNEL-ID") !== keys.channelId)
      refuse(service, 40001, "CHANNEL-ID");
    const token = checkToken(call, service);
    await checkSignature(call, service, token, stamp);
    await checkSignHeader(call, service);
    useExternalId(call, service);
  }

  // Access token B2B: X-SIGNATURE = base64(RSA-SHA256(merchant's private key, clientKey|timestamp)).
  /** @param {Call} call @returns {Promise<Answer>} */
  async function accessToken(call) {
    const service = TOKEN_SERVICE;
    if (!isJson(call)) refuse(service, 40000, "Content-Type must be application/json");
    const stamp = checkTimestamp(call, service);
    if (mandatory(call, service, "X-CLIENT-KEY") !== keys.clientKey) refuse(service, 40100, "Unknown client");
    await checkRsa(mandatory(call, service, "X-SIGNATURE"), `${keys.clientKey}|${stamp}`, service, "Invalid signature");
    await checkSignHeader(call, service);
    const body = snapBody(call, service, { grantType: "string!" });
    if (!traits.grantTypes.includes(text(body, "grantType") ?? "")) refuse(service, 40001, "grantType");
    const token = `sandbox.${name}.token-${world.count(`${name} token`)}`;
    tokens.set(token, world.now() + traits.tokenSeconds * 1000);
    // expiresIn: DOKU documents the number 900; BI (PayerMax, Durianpay: not found) has seconds as a string.
    const expiresIn = name === "doku" ? traits.tokenSeconds : String(traits.tokenSeconds);
    return {
      status: 200,
      body: {
        responseCode: "2007300",
        responseMessage: "Successful",
        accessToken: token,
        tokenType: "Bearer",
        expiresIn,
      },
    };
  }

  /** @param {Payment} payment @param {Record<string, unknown>} body */
  function names(payment, body) {
    const reference = text(body, "originalReferenceNo");
    return (
      payment.input.originalPartnerReferenceNo === body.originalPartnerReferenceNo &&
      (!reference || payment.input.originalReferenceNo === reference)
    );
  }

  /** A value in the form the provider accepts, in minor units. @param {Record<string, unknown>} body @param {string} service @param {RegExp} form */
  function amountOf(body, service, form) {
    const value = String(at(body, "refundAmount.value"));
    const amount = form.test(value) ? toMinor(value, "IDR") : undefined;
    // IDR does not support decimals: only ".00".
    if (!amount || amount % 100n !== 0n) refuse(service, 40001, "refundAmount.value");
    if (at(body, "refundAmount.currency") !== "IDR") refuse(service, 40001, "refundAmount.currency");
    return amount;
  }

  /**
   * The refund itself: same partnerRefundNo + same data gives the same refund again, other data is inconsistent.
   * @param {Call} call @param {Record<string, unknown>} body @param {string} service
   * @param {{ form: RegExp, accepts?: (payment: Payment) => boolean, details?: Record<string, unknown> }} how
   */
  function refund(call, body, service, { form, accepts = () => true, details = {} }) {
    const amount = amountOf(body, service, form);
    const reference = text(body, "partnerRefundNo") ?? "";
    const payment = world.ledger.payment(name, (candidate) => names(candidate, body) && accepts(candidate));
    const twin = world.ledger.refund(name, (entry) => entry.reference === reference && entry.type === "snap");
    if (twin && (twin.paymentId !== payment?.id || twin.amount !== amount)) refuse(service, 40418);
    if (!payment) refuse(service, 40401);
    if (twin) return { payment, refund: twin };
    const left = world.ledger.remaining(payment);
    // Codes for these two cases are not documented by the three; BI's table has these as the nearest.
    if (payment.status !== "captured" || left === 0n) refuse(service, 40400);
    if (amount > left || (!payment.partial && amount !== payment.amount)) refuse(service, 40413);
    const entry = world.ledger.open(payment, {
      id: `REF${String(world.count(`${name} snap refund`)).padStart(9, "0")}`,
      reference,
      idempotencyKey: reference,
      amount,
      type: "snap",
      status: statusOf(call, payment),
      details: { externalId: call.headers.get("X-EXTERNAL-ID"), reason: text(body, "reason"), ...details },
    });
    return { payment, refund: entry };
  }

  return { authorize, accessToken, refund };
}
