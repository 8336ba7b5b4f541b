// DOKU: card refund and its relatives under the Digest + HMAC scheme, signed answers, and the SNAP refund.
import { base64, hmac, sha256, utf8 } from "./crypto.js";
import { text, violation } from "./fields.js";
import { ends, isJson, jsonBody, moves, operation, Refusal } from "./http.js";
import { at, isObject, Numeral, write } from "./json.js";
import { toMajor, toMinor } from "./money.js";
import { createSnap, refuse as refuseSnap, snapAmount, snapBody, snapError, snapFailure } from "./snap.js";
import { jakartaLocal, utcSeconds } from "./time.js";

/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Payment} Payment */
/** @typedef {import("./types.js").Refund} Refund */
/** @typedef {Record<string, import("./fields.js").Kind>} Fields */

/** @type {Fields} */
const CARD = {
  order: "object!",
  "order.invoice_number": "string! 64",
  "payment.original_request_id": "string! 128",
  "refund.amount": "number!",
  "refund.reason": "string 255",
};
/** @type {Fields} */
const SHOPEEPAY = { "order.invoice_number": "string! 64", "shopeepay_payment.identifier": "array!" };
/** @type {Fields} */
const AKULAKU = {
  "order.invoice_number": "string! 64",
  "payment.merchant_unique_reference": "string! 64",
  "payment.identifier": "array!",
  "refund.merchant_unique_reference": "string! 64",
};
/** @type {Fields} */
const SNAP = {
  originalPartnerReferenceNo: "string! 64",
  originalExternalId: "string 36",
  refundAmount: "object!",
  "refundAmount.value": "string!",
  "refundAmount.currency": "string! 3",
  reason: "string 255",
  partnerRefundNo: "string! 64",
  "additionalInfo.channel": "string!",
};
const SNAP_CHANNELS = [
  "EMONEY_OVO_SNAP",
  "EMONEY_DANA_SNAP",
  "EMONEY_SHOPEE_PAY_SNAP",
  "DIRECT_DEBIT_ALLO_SNAP",
  "DIRECT_DEBIT_CIMB_SNAP",
  "DIRECT_DEBIT_BRI_SNAP",
  "DIRECT_DEBIT_MANDIRI_SNAP",
];
// DOKU's sample of a SNAP refund: 2000700, and the state in additionalInfo.latestTransactionStatus.
const SNAP_SERVICE = "07";
const QRIS_SERVICE = "78";
const QRIS = {
  originalPartnerReferenceNo: "string! 64",
  originalReferenceNo: "string 64",
  partnerRefundNo: "string! 64",
  merchantId: "string! 64",
  refundAmount: "object!",
  "refundAmount.currency": "string! 3",
  reason: "string 256",
  "additionalInfo.approvalCode": "string 64",
};
const QRIS_QUERY_SERVICE = "51";
const QRIS_QUERY = {
  originalPartnerReferenceNo: "string! 64",
  originalReferenceNo: "string 64",
  serviceCode: "string! 2",
};
const SNAP_STATUS_SERVICE = "55";
const SNAP_STATUS = {
  originalPartnerReferenceNo: "string! 64",
  originalReferenceNo: "string 64",
  originalExternalId: "string 36",
  serviceCode: "string! 2",
  "additionalInfo.channel": "string!",
};
/** @type {Record<import("./types.js").RefundStatus, string>} */
const SNAP_STATE = { succeeded: "00", pending: "03", failed: "06" };

/** @param {import("./types.js").World} world @returns {import("./types.js").Provider} */
export function doku(world) {
  const { clientId, secretKey, accessToken } = world.credentials.doku;
  const snap = createSnap(world, {
    name: "doku",
    keys: { clientKey: clientId, partnerId: clientId, secret: secretKey, accessToken },
    grantTypes: ["client_credentials"],
    tokenSeconds: 900,
    externalId: (id) => /^\d+$/.test(id),
  });
  /** @type {Map<string, { request: string, answer: Answer }>} */
  const answered = new Map();

  /** @param {number} status @param {string} code @param {string} message @param {string} type @returns {never} */
  const refuse = (status, code, message, type) => {
    throw new Refusal({ status, body: { error: { code, message, type } } });
  };
  /** @param {string} message @returns {never} */
  const invalid = (message) => refuse(400, "INVALID_PARAMETER", message, "Invalid Parameter");

  // Client-Id, Request-Id, (Request|Response)-Timestamp, Request-Target, Digest: "Name:value" lines, LF between, none at the end.
  /** @param {string} id @param {"Request" | "Response"} direction @param {string} stamp @param {string} target @param {Uint8Array<ArrayBuffer> | undefined} body */
  async function signature(id, direction, stamp, target, body, secret = secretKey) {
    const lines = [
      `Client-Id:${clientId}`,
      `Request-Id:${id}`,
      `${direction}-Timestamp:${stamp}`,
      `Request-Target:${target}`,
    ];
    // Digest = base64(SHA-256(body)); the whole line is left out for GET.
    if (body) lines.push(`Digest:${base64(await sha256(body))}`);
    return `HMACSHA256=${base64(await hmac("SHA-256", secret, utf8(lines.join("\n"))))}`;
  }

  // Request-Timestamp: ISO 8601 in UTC, seconds precision, literal Z. No tolerance is published: 15 minutes, an option.
  /** @param {string} stamp */
  function checkTimestamp(stamp) {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(stamp) || Number.isNaN(Date.parse(stamp)))
      invalid("Invalid Header Request-Timestamp");
    if (Math.abs(Date.parse(stamp) - world.now()) > world.rules.dokuSkewMs)
      invalid("Request-Timestamp is out of range");
  }

  /** @param {Call} call */
  async function authenticate(call) {
    const header = (/** @type {string} */ name) => call.headers.get(name) || invalid(`Invalid Header ${name}`);
    const [client, id, stamp, given] = [
      header("Client-Id"),
      header("Request-Id"),
      header("Request-Timestamp"),
      header("Signature"),
    ];
    if (id.length > 128) invalid("Invalid Header Request-Id");
    checkTimestamp(stamp);
    const expected = await signature(id, "Request", stamp, call.target, call.method === "GET" ? undefined : call.bytes);
    // Body as quoted by an integrator; its status is not documented.
    if (client !== clientId || given !== expected)
      refuse(401, "invalid_signature", "Invalid Header Signature", "invalid_request_error");
    return id;
  }

  /** @param {Call} call @param {Fields} fields */
  function readBody(call, fields) {
    const body = (isJson(call) ? jsonBody(call) : undefined) ?? invalid("Invalid Request");
    if (violation(body, fields)) invalid("Invalid Request");
    return body;
  }

  // Same Request-Id and same body: the same answer with HTTP 409. Same id with another body is not documented: refused.
  /** @param {Fields} fields @param {(call: Call, body: Record<string, unknown>, id: string) => Answer} handle */
  const once = (fields, handle) => async (/** @type {Call} */ call) => {
    const id = await authenticate(call);
    const request = `${call.path}\n${call.text}`;
    const first = answered.get(id);
    const taken = first || world.ledger.payment("doku", ({ input }) => input.originalRequestId === id);
    if (taken && first?.request !== request)
      refuse(409, "DUPLICATE_TRANSACTION", "Request-Id has already been used", "Duplicate Transaction");
    if (first) return { ...first.answer, status: 409 };
    const answer = handle(call, readBody(call, fields), id);
    answered.set(id, { request, answer });
    return answer;
  };

  /** @param {(payment: Payment) => boolean} is */
  const find = (is) =>
    world.ledger.payment("doku", is) ??
    refuse(404, "TRANSACTION_NOT_FOUND", "Transaction Not Found", "Transaction Not Found");

  // VOID before settlement; then FULL or PARTIAL by amount; MANUAL_ when the acquirer has no online refund.
  /** @param {Payment} payment @param {bigint} amount @param {Call} call @param {string | undefined} problem */
  function typeOf(payment, amount, call, problem) {
    if (!payment.settled) return "VOID";
    const type = amount < payment.amount ? "PARTIAL_REFUND" : "FULL_REFUND";
    const later = !problem && ends(call, payment, "pending");
    return later || payment.manual ? `MANUAL_${type}` : type;
  }

  // amount: a bare number, IDR without decimals, at most 12 digits.
  /** @param {unknown} value */
  function readAmount(value) {
    const amount = /^\d{1,12}$/.test(String(value)) ? toMinor(String(value), "IDR") : undefined;
    return amount || invalid("Invalid Request");
  }

  /** The provider's "no" after it looked at the payment, or undefined. @param {Payment} payment @param {bigint} amount @param {Call} call */
  function objection(payment, amount, call) {
    if (amount > world.ledger.remaining(payment)) return "Total Refund amount is Bigger than Original Transaction";
    if (!payment.settled && amount !== payment.amount) return "Void amount must be equal to Original Transaction";
    return ends(call, payment, "declined") ? "Declined by acquirer" : undefined;
  }

  /** @param {Call} call @param {Record<string, unknown>} body @param {string} id @returns {Answer} */
  function card(call, body, id) {
    const payment = find(
      ({ id, input, method }) =>
        method === "card" &&
        id === at(body, "order.invoice_number") &&
        input.originalRequestId === at(body, "payment.original_request_id"),
    );
    const amount = readAmount(at(body, "refund.amount"));
    const problem = objection(payment, amount, call);
    const type = typeOf(payment, amount, call, problem);
    const reason = text(body, "refund.reason");
    const echo = {
      order: { invoice_number: payment.id },
      payment: { original_request_id: payment.input.originalRequestId },
    };
    const shown = { amount: new Numeral(toMajor(amount, "IDR", 0)), reason, type };
    // The HTTP status of a FAILED refund is not documented: 200, as the page shows it under "API Response".
    if (problem) {
      if (amount <= world.ledger.remaining(payment)) open(payment, id, amount, type, "failed");
      return {
        status: 200,
        body: {
          ...echo,
          refund: { ...shown, status: "FAILED" },
          error: { code: "PAYMENT_FAILED", message: problem, type: "Payment Failed" },
        },
      };
    }
    // SUCCESS with a MANUAL_ type means accepted: the money moves later.
    const refund = open(payment, id, amount, type, type.startsWith("MANUAL_") ? "pending" : "succeeded");
    const approval_code = refund.status === "pending" ? undefined : String(12320 + world.count("doku approval"));
    return {
      status: 200,
      body: { ...echo, refund: { ...shown, status: "SUCCESS", message: "Approved", approval_code } },
    };
  }

  /** @param {Payment} payment @param {string} idempotencyKey @param {bigint} amount @param {string} type @param {import("./types.js").RefundStatus} status @param {string} [reference] */
  function open(payment, idempotencyKey, amount, type, status, reference) {
    const id = `doku-refund-${world.count("doku refund")}`;
    const refund = world.ledger.open(payment, { id, reference, idempotencyKey, amount, type, status });
    settled(refund, payment);
    return refund;
  }

  // ShopeePay and Akulaku take no amount (the whole payment), and their answers are not documented: the request is echoed.
  /** @param {"shopeepay" | "akulaku"} method */
  const wholePayment =
    (method) => (/** @type {Call} */ call, /** @type {Record<string, unknown>} */ body, /** @type {string} */ id) => {
      const payment = find(
        (candidate) => candidate.id === at(body, "order.invoice_number") && candidate.method === method,
      );
      const key = method === "shopeepay" ? "shopeepay_payment" : "payment";
      if (!identifies(at(body, `${key}.identifier`), payment)) invalid("Invalid Request");
      const reference = text(body, "payment.merchant_unique_reference");
      if (reference && reference !== payment.input.merchantUniqueReference) invalid("Invalid Request");
      const amount = payment.amount;
      const problem = objection(payment, amount, call);
      const pending = !problem && ends(call, payment, "pending");
      if (!problem)
        open(
          payment,
          id,
          amount,
          "FULL_REFUND",
          pending ? "pending" : "succeeded",
          text(body, "refund.merchant_unique_reference"),
        );
      const status = problem ? "FAILED" : pending ? "PENDING" : "SUCCESS";
      const refund = {
        ...(isObject(body.refund) ? body.refund : {}),
        amount: new Numeral(toMajor(amount, "IDR", 0)),
        type: "FULL_REFUND",
        status,
      };
      const error = problem ? { code: "PAYMENT_FAILED", message: problem, type: "Payment Failed" } : undefined;
      return { status: 200, body: { order: body.order, [key]: body[key], refund, error } };
    };

  /** Every identifier of the payment is in the request. @param {unknown} given @param {Payment} payment */
  const identifies = (given, { input }) =>
    /** @type {{ name: string, value: string }[]} */ (input.identifiers).every(({ name, value }) =>
      /** @type {unknown[]} */ (given).some((item) => at(item, "name") === name && at(item, "value") === value),
    );

  /** What check status and the notification have in common. @param {Payment} payment @param {number} date */
  function transaction(payment, date) {
    const refunded = world.ledger.refunded(payment, ({ status }) => status === "succeeded");
    const service =
      { card: "CREDIT_CARD", shopeepay: "EMONEY", akulaku: "PEER_TO_PEER" }[payment.method ?? "card"] ?? "EMONEY";
    return {
      // The amount is written with decimals, so that nobody gets away with parsing and writing again.
      order: { invoice_number: payment.id, amount: new Numeral(toMajor(payment.amount, "IDR", 2)) },
      transaction: {
        type: "SALE",
        // REFUNDED is final; that a partly refunded payment stays SUCCESS is the plausible reading.
        status: refunded === payment.amount ? "REFUNDED" : payment.status === "captured" ? "SUCCESS" : "PENDING",
        date: utcSeconds(date),
        original_request_id: payment.input.originalRequestId,
      },
      service: { id: service },
      acquirer: { id: "BANK_MANDIRI" },
      channel: { id: service },
    };
  }

  // GET /orders/v1/status/{invoice_number or Request-Id}
  /** @param {Call} call @param {string} key @returns {Promise<Answer>} */
  async function checkStatus(call, key) {
    await authenticate(call);
    const refund = world.ledger.refund("doku", ({ idempotencyKey }) => idempotencyKey === key);
    const payment = find(({ id, input }) => [id, input.originalRequestId].includes(key) || id === refund?.paymentId);
    return { status: 200, body: transaction(payment, refund?.updatedAt ?? payment.createdAt) };
  }

  // POST /orders/v1.0/debit/status, as DOKU's SDKs have it: the payment, and the history of its refunds.
  /** @param {Call} call @returns {Promise<Answer>} */
  async function snapStatus(call) {
    await snap.authorize(call, SNAP_STATUS_SERVICE);
    const body = snapBody(call, SNAP_STATUS_SERVICE, SNAP_STATUS);
    const asked = text(body, "originalPartnerReferenceNo");
    const payment =
      world.ledger.payment("doku", ({ id, method }) => id === asked && method === "emoney") ??
      refuseSnap(SNAP_STATUS_SERVICE, 40401);
    const isRefunded = world.ledger.refunded(payment, ({ status }) => status === "succeeded") === payment.amount;
    return {
      status: 200,
      body: {
        responseCode: `200${SNAP_STATUS_SERVICE}00`,
        responseMessage: "Successful",
        originalPartnerReferenceNo: payment.id,
        originalReferenceNo: payment.input.originalReferenceNo,
        serviceCode: text(body, "serviceCode"),
        latestTransactionStatus: isRefunded ? "04" : "00",
        transactionStatusDesc: isRefunded ? "Refunded" : "Success",
        transAmount: snapAmount(payment),
        refundHistory: world.ledger.list("doku", ({ paymentId }) => paymentId === payment.id).map(snapHistory),
        additionalInfo: { channel: text(body, "additionalInfo.channel") },
      },
    };
  }

  /** @param {Refund} refund */
  const snapHistory = (refund) => ({
    refundNo: refund.id,
    partnerReferenceNo: refund.reference,
    refundAmount: snapAmount(refund),
    refundStatus: SNAP_STATE[refund.status],
    refundDate: jakartaLocal(refund.createdAt),
    reason: refund.details.reason ?? "",
  });

  // "QRIS", step 3: 2007800 with refundNo, refundAmount and refundTime. The page's sample has a number as the amount.
  /** @param {Call} call @returns {Promise<Answer>} */
  async function qrisRefund(call) {
    await snap.authorize(call, QRIS_SERVICE);
    const body = snapBody(call, QRIS_SERVICE, QRIS);
    const { payment, refund } = snap.refund(call, body, QRIS_SERVICE, {
      form: /^(0|[1-9]\d{0,15})(\.00)?$/,
      accepts: ({ method }) => method === "qris",
    });
    return {
      status: 200,
      body: {
        responseCode: `200${QRIS_SERVICE}00`,
        responseMessage: "Successful",
        originalPartnerReferenceNo: payment.id,
        originalReferenceNo: payment.input.originalReferenceNo,
        refundNo: refund.id,
        partnerRefundNo: refund.reference,
        refundAmount: snapAmount(refund),
        refundTime: jakartaLocal(refund.createdAt),
        // For a refund that is not done the page has no words; these are the ones of DOKU's other SNAP refund.
        ...(refund.status !== "succeeded" && {
          additionalInfo: { latestTransactionStatus: SNAP_STATE[refund.status] },
        }),
      },
    };
  }

  // "QRIS", step 2: the state of the payment, and nothing of its refunds.
  /** @param {Call} call @returns {Promise<Answer>} */
  async function qrisQuery(call) {
    await snap.authorize(call, QRIS_QUERY_SERVICE);
    const body = snapBody(call, QRIS_QUERY_SERVICE, QRIS_QUERY);
    const asked = text(body, "originalPartnerReferenceNo");
    const payment =
      world.ledger.payment("doku", ({ id, method }) => id === asked && method === "qris") ??
      refuseSnap(QRIS_QUERY_SERVICE, 40401);
    const isRefunded = world.ledger.refunded(payment, ({ status }) => status === "succeeded") === payment.amount;
    return {
      status: 200,
      body: {
        responseCode: `200${QRIS_QUERY_SERVICE}00`,
        responseMessage: "Successful",
        originalPartnerReferenceNo: payment.id,
        originalReferenceNo: payment.input.originalReferenceNo,
        serviceCode: text(body, "serviceCode"),
        latestTransactionStatus: isRefunded ? "04" : "00",
        transactionStatusDesc: isRefunded ? "Refunded" : "Success",
        amount: snapAmount(payment),
      },
    };
  }

  /** @param {Call} call @returns {Promise<Answer>} */
  async function snapRefund(call) {
    await snap.authorize(call, SNAP_SERVICE);
    const body = snapBody(call, SNAP_SERVICE, SNAP);
    if (!SNAP_CHANNELS.includes(text(body, "additionalInfo.channel") ?? ""))
      refuseSnap(SNAP_SERVICE, 40001, "additionalInfo.channel");
    const { payment, refund } = snap.refund(call, body, SNAP_SERVICE, {
      form: /^(0|[1-9]\d{0,15})\.\d{2}$/,
      accepts: ({ method }) => method === "emoney",
    });
    return {
      status: 200,
      body: {
        responseCode: `200${SNAP_SERVICE}00`,
        responseMessage: "Successful",
        refundAmount: snapAmount(refund),
        originalPartnerReferenceNo: payment.id,
        originalReferenceNo: payment.input.originalReferenceNo,
        refundNo: refund.id,
        partnerRefundNo: refund.reference,
        refundTime: jakartaLocal(refund.createdAt),
        additionalInfo: { latestTransactionStatus: SNAP_STATE[refund.status] },
      },
    };
  }

  // A notification is sent on a successful refund or void. Its exact body is not documented: the known card fields.
  /** @param {Refund} refund @param {Payment} payment */
  function settled(refund, payment) {
    if (refund.status !== "succeeded" || refund.type === "snap") return;
    const body = transaction(payment, refund.updatedAt);
    world.notify({
      provider: "doku",
      event: refund.type,
      refundId: refund.id,
      body: write({ ...body, transaction: { ...body.transaction, status: "REFUNDED" } }),
    });
  }

  /** @param {number} n */
  const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

  // Answers are signed like requests, with Response-Timestamp; without a known client there is no key to sign with.
  // SNAP answers carry no signature.
  /** @param {Call} call @param {Answer} answer @param {Uint8Array<ArrayBuffer>} bytes @param {boolean} forged @returns {Promise<Record<string, string>>} */
  async function seal(call, answer, bytes, forged) {
    const id = call.headers.get("Request-Id");
    if (answer.unsigned || isSnap(call) || !id || call.headers.get("Client-Id") !== clientId) return {};
    const stamp = utcSeconds(world.now());
    const body = call.method === "GET" ? undefined : bytes;
    const secret = forged ? `${secretKey}-forged` : secretKey;
    return {
      "Client-Id": clientId,
      "Request-Id": id,
      "Response-Timestamp": stamp,
      Signature: await signature(id, "Response", stamp, call.target, body, secret),
    };
  }

  /** The gateway's default error body: never signed. @param {number} status @param {string} error @param {Call} call @returns {Answer} */
  const spring = (status, error, call) => ({
    status,
    unsigned: true,
    body: {
      timestamp: new Date(world.now()).toISOString().replace("Z", "+00:00"),
      status: new Numeral(String(status)),
      error,
      path: call.target,
    },
  });
  const isSnap = (/** @type {Call} */ call) =>
    /^\/(authorization|direct-debit|orders\/v1\.0|snap-adapter)\//.test(call.path);

  return {
    name: "doku",
    host: "api-sandbox.doku.com",
    operations: [
      moves("POST /cancellation/credit-card/refund", once(CARD, card)),
      moves("POST /credit-card/v1/cancellation/credit-card/refund", once(CARD, card)),
      moves("POST /shopeepay-emoney/v2/refund", once(SHOPEEPAY, wholePayment("shopeepay"))),
      moves("POST /akulaku-peer-to-peer/v2/refund", once(AKULAKU, wholePayment("akulaku"))),
      operation("GET /orders/v1/status/{}", checkStatus),
      operation("POST /authorization/v1/access-token/b2b", snap.accessToken),
      moves("POST /direct-debit/core/v1/debit/refund", snapRefund),
      operation("POST /orders/v1.0/debit/status", snapStatus),
      moves("POST /snap-adapter/b2b/v1.0/qr/qr-mpm-refund", qrisRefund),
      operation("POST /snap-adapter/b2b/v1.0/qr/qr-mpm-query", qrisQuery),
      // The older page has one path per channel; that they take the same fields is the plausible reading.
      ...["ovo", "cimb", "allobank", "bri"].map((channel) =>
        moves(`POST /direct-debit/${channel}/v1.0/debit/refund`, snapRefund),
      ),
    ],
    identify({ invoiceNumber, originalRequestId, originalPartnerReferenceNo, method = "card", ...more }) {
      const n = world.count("doku payment");
      const id = invoiceNumber ?? originalPartnerReferenceNo ?? `INV-SANDBOX-${String(n).padStart(4, "0")}`;
      const request = originalRequestId ?? uuid(n).replace("-8000-", "-9000-");
      const { identifiers = [], merchantUniqueReference = `REF-${n}` } = more;
      const input = {
        originalRequestId: request,
        originalPartnerReferenceNo: id,
        originalReferenceNo: `DOKU${n}`,
        identifiers,
        merchantUniqueReference,
      };
      const shown = {
        card: { invoiceNumber: id, originalRequestId: request },
        shopeepay: { invoiceNumber: id, identifiers },
        akulaku: { invoiceNumber: id, merchantUniqueReference, identifiers },
      }[method] ?? { originalPartnerReferenceNo: id };
      return { id, input, shown };
    },
    notFound: (call) => (isSnap(call) ? snapError("00", 40500) : spring(404, "Not Found", call)),
    failure: (status, call) => {
      if (isSnap(call)) return snapFailure(SNAP_SERVICE, status);
      if (status === 500) return spring(500, "Internal Server Error", call);
      return {
        status,
        unsigned: true,
        body: { status: "FAILED", response_code: status === 429 ? "TOO_MANY_REQUESTS" : "MAINTENANCE_MODE" },
      };
    },
    seal,
    settled,
    signEvent: async (event, path) => {
      const [id, stamp] = [uuid(event.number), utcSeconds(world.now())];
      return {
        "Client-Id": clientId,
        "Request-Id": id,
        "Request-Timestamp": stamp,
        Signature: await signature(id, "Request", stamp, path, utf8(event.body)),
      };
    },
  };
}
