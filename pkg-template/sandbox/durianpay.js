// Durianpay: the v1 refunds (Basic auth, nothing signed) and the SNAP refunds.
import { base64, utf8 } from "./crypto.js";
import { text, violation } from "./fields.js";
import { isJson, jsonBody, moves, operation, Refusal, statusOf } from "./http.js";
import { Numeral } from "./json.js";
import { toMajor, toMinor } from "./money.js";
import { createSnap, refuse as refuseSnap, snapAmount, snapBody, snapError, snapFailure } from "./snap.js";
import { day, jakartaSeconds, utcMicros } from "./time.js";

/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Payment} Payment */
/** @typedef {import("./types.js").Refund} Refund */
/** @typedef {import("./types.js").RefundStatus} RefundStatus */

// No list of statuses is published: `approved` (accepted) and `completed` are sighted, `failed` is the plausible third.
/** @type {Record<RefundStatus, string>} */
const WORD = { succeeded: "completed", pending: "approved", failed: "failed" };

/** @type {Record<string, import("./fields.js").Kind>} */
const FIELDS = { ref_id: "string!", payment_id: "string!", amount: "string!", notes: "string" };

/** @type {Record<string, import("./fields.js").Kind>} */
const SNAP_FIELDS = {
  originalPartnerReferenceNo: "string! 64",
  originalReferenceNo: "string! 64",
  partnerRefundNo: "string! 64",
  refundAmount: "object!",
  "refundAmount.value": "string!",
  "refundAmount.currency": "string! 3",
};

// The sandbox forces these errors by X-EXTERNAL-ID.
/** @type {Record<string, import("./snap.js").Case>} */
const FORCED = {
  401001: 40100,
  401002: 40101,
  400001: 40001,
  400002: 40002,
  409001: 40900,
  409002: 40901,
  500001: 50000,
  504001: 50400,
};

/** @param {import("./types.js").World} world @returns {import("./types.js").Provider} */
export function durianpay(world) {
  const { serverKey, clientKey, clientSecret, channelId, accessToken } = world.credentials.durianpay;
  const snap = createSnap(world, {
    name: "durianpay",
    keys: { clientKey, partnerId: clientKey, secret: clientSecret, channelId, accessToken },
    // AUTHORIZATION_CODE is what the page prints, client_credentials is what SNAP says and Durianpay's own tests send.
    grantTypes: ["AUTHORIZATION_CODE", "client_credentials"],
    tokenSeconds: 900,
  });

  /** @param {number} status @param {string} error_code @param {string} error @param {{ field: string, message: string }[]} [errors] @returns {Answer} */
  const error = (status, error_code, error, errors) => ({
    status,
    body: {
      error,
      error_code,
      errors,
      request_id: `dp_sandbox${String(world.count("durianpay request")).padStart(8, "0")}`,
    },
  });

  /** @param {Parameters<typeof error>} args @returns {never} */
  const refuse = (...args) => {
    throw new Refusal(error(...args));
  };

  // Authorization: Basic base64(server key + ":"), blank password.
  /** @param {Call} call */
  function authenticate(call) {
    if (call.headers.get("Authorization") !== `Basic ${base64(utf8(`${serverKey}:`))}`) {
      refuse(401, "DPAY_UNAUTHORIZED_ACCESS", "invalid Authorization header in request");
    }
  }

  /** @param {Call} call */
  function readBody(call) {
    const body =
      (isJson(call) ? jsonBody(call) : undefined) ?? refuse(400, "DPAY_INTERNAL_ERROR", "error reading request body");
    const broken = violation(body, FIELDS);
    if (broken)
      refuse(400, "DPAY_INVALID_REQUEST", "invalid request", [
        { field: broken.field, message: `${broken.field} is ${broken.problem === "missing" ? "required" : "invalid"}` },
      ]);
    // Documented as a boolean, printed as the string "true" in every sample: both are taken.
    if (![undefined, null, true, false, "true", "false"].includes(/** @type {any} */ (body.use_refund_link))) {
      refuse(400, "DPAY_INVALID_REQUEST", "invalid request", [
        { field: "use_refund_link", message: "use_refund_link is invalid" },
      ]);
    }
    return body;
  }

  // amount is a string, "10000" or "10000.23".
  /** @param {string} value @param {string} currency */
  function readAmount(value, currency) {
    const amount = /^\d{1,16}(\.\d{1,2})?$/.test(value) ? toMinor(value, currency) : undefined;
    return (
      amount ||
      refuse(400, "DPAY_INVALID_REQUEST", "invalid request", [{ field: "amount", message: "amount is invalid" }])
    );
  }

  // Nothing is documented about a repeated ref_id, and idempotency covers top-ups and disbursements only:
  // so a blind retry is a second refund here, which is what a careful client must assume.
  /** @param {Call} call @returns {Answer} */
  function create(call) {
    authenticate(call);
    const body = readBody(call);
    const payment =
      world.ledger.payment("durianpay", ({ id }) => id === body.payment_id) ??
      refuse(400, "DPAY_INVALID_PAYMENT_ID", "invalid payment id");
    const amount = readAmount(text(body, "amount") ?? "", payment.currency);
    if (payment.status !== "captured") refuse(400, "DPAY_INVALID_REQUEST", "payment is not completed");
    if (amount > world.ledger.remaining(payment)) refuse(403, "DPAY_REFUND_AMOUNT_EXCEEDED", "refund amount exceed");
    // DANA, OVO and QRIS have no partial refund; the answer to one is not documented.
    if (!payment.partial && amount !== payment.amount)
      refuse(400, "DPAY_INVALID_REQUEST", "partial refund is not supported");
    const status = statusOf(call, payment);
    // With a refund link the customer still has to claim the money; the answer to it is not documented.
    const claimed = String(body.use_refund_link) !== "true";
    const refund = world.ledger.open(payment, {
      id: `rfn_sandbox${String(world.count("durianpay refund")).padStart(7, "0")}`,
      reference: text(body, "ref_id"),
      amount,
      type: amount === payment.amount ? "full" : "partial",
      status: status === "succeeded" && !claimed ? "pending" : status,
      details: { notes: text(body, "notes") ?? "" },
    });
    return { status: 200, body: { data: single(refund) } };
  }

  const customer = { customer_name: "joe", customer_email: "joe@example.com", customer_phone: "" };

  /** The object of create and fetch. @param {Refund} refund */
  const single = (refund) => ({
    id: refund.id,
    ref_id: refund.reference ?? null,
    amount: toMajor(refund.amount, refund.currency, 2),
    refund_type: refund.type,
    status: WORD[refund.status],
    created_at: utcMicros(refund.createdAt),
    updated_at: utcMicros(refund.updatedAt),
    approved_at: refund.status === "failed" ? null : utcMicros(refund.createdAt),
    source: "api",
    ...customer,
    failure_reason: refund.status === "failed" ? "declined by the issuer" : undefined,
  });

  /** The object of the lists, whose names differ. @param {Refund} refund */
  function listed(refund) {
    const payment = world.ledger.payment("durianpay", ({ id }) => id === refund.paymentId);
    return {
      id: refund.id,
      merchant_id: "mer_sandbox0000001",
      status: WORD[refund.status],
      disbursement_id: null,
      total_amount: toMajor(refund.amount, refund.currency, 2),
      created_at: utcMicros(refund.createdAt),
      updated_at: utcMicros(refund.updatedAt),
      approved_at: refund.status === "failed" ? null : utcMicros(refund.createdAt),
      payment_id: refund.paymentId,
      refund_ref_id: refund.reference ?? null,
      is_live: false,
      type: "instant",
      order_id: `ord_${refund.paymentId.slice(4)}`,
      customer_id: "cus_sandbox0000001",
      refund_partial: refund.type,
      refund_notes: refund.details.notes,
      payment_paid_amount: payment ? toMajor(payment.amount, payment.currency, 2) : null,
      payment_details_type: payment?.method ?? null,
      payment_method_id: null,
      ...customer,
      destination: null,
      ewallet_name: null,
      account_name: null,
      account_number: null,
      created_by: new Numeral("1"),
      updated_by: new Numeral("1"),
      created_by_name: null,
      updated_by_name: null,
      history: null,
      source: "api",
      allow_retrigger: false,
      failure_reason: refund.status === "failed" ? "declined by the issuer" : undefined,
    };
  }

  // skip (0) and limit (25) are non-negative integers.
  /** @param {Call} call @param {string} name @param {number} fallback */
  function readCount(call, name, fallback) {
    const value = call.query.get(name) ?? String(fallback);
    return /^\d{1,6}$/.test(value)
      ? Number(value)
      : refuse(400, "DPAY_INVALID_REQUEST", "invalid skip and limit parameter");
  }

  // from and to: YYYY-MM-DD (an older revision: Unix seconds), both days included; the zone is not documented.
  /** @param {Call} call @param {string} name @param {string} fallback */
  function readDay(call, name, fallback) {
    const value = call.query.get(name);
    if (!value) return fallback;
    if (/^\d{9,11}$/.test(value)) return day(Number(value) * 1000, 7);
    return /^\d{4}-\d\d-\d\d$/.test(value) ? value : refuse(400, "DPAY_INVALID_REQUEST", `invalid ${name} parameter`);
  }

  /** @param {Call} call @returns {Answer} */
  function list(call) {
    authenticate(call);
    const [from, to] = [readDay(call, "from", "0000-00-00"), readDay(call, "to", "9999-99-99")];
    const [skip, limit] = [readCount(call, "skip", 0), readCount(call, "limit", 25)];
    const found = world.ledger.list(
      "durianpay",
      ({ createdAt }) => from <= day(createdAt, 7) && day(createdAt, 7) <= to,
    );
    return page(found.slice(skip, skip + limit), found.length);
  }

  /** @param {Refund[]} refunds @param {number} total @returns {Answer} */
  const page = (refunds, total) => ({
    status: 200,
    body: { data: { refund: refunds.map(listed), total_data: new Numeral(String(total)) } },
  });

  // "Refund Fetch by Payment ID": its body is not documented; the list's shape is the plausible one.
  /** @param {Call} call @param {string} paymentId @returns {Answer} */
  function listOfPayment(call, paymentId) {
    authenticate(call);
    const found = world.ledger.list("durianpay", (refund) => refund.paymentId === paymentId);
    return page(found, found.length);
  }

  // The status of an unknown refund is not documented (the pages know only 500 "error getting refund").
  /** @param {Call} call @param {string} id @returns {Answer} */
  function fetchOne(call, id) {
    authenticate(call);
    const refund =
      world.ledger.refund("durianpay", (entry) => entry.id === id) ??
      refuse(404, "DPAY_RESOURCE_NOT_FOUND", "refund not found");
    return { status: 200, body: { data: single(refund) } };
  }

  // SNAP: HTTP 200 done, 202 accepted.
  /** @param {string} service @param {boolean} qris */
  const snapRefund = (service, qris) => async (/** @type {Call} */ call) => {
    await snap.authorize(call, service);
    const forced = FORCED[call.headers.get("X-EXTERNAL-ID") ?? ""];
    if (forced) refuseSnap(service, forced, "(forced)");
    const body = snapBody(call, service, SNAP_FIELDS);
    const accepts = (/** @type {Payment} */ payment) => (payment.method === "qris") === qris;
    const { payment, refund } = snap.refund(call, body, service, { form: /^\d{1,16}\.\d{2}$/, accepts });
    if (refund.status === "failed") refuseSnap(service, 40305);
    const status = refund.status === "pending" ? 202 : 200;
    return {
      status,
      body: {
        responseCode: `${status}${service}00`,
        responseMessage: status === 202 ? "Request In Progress" : "Successful",
        originalPartnerReferenceNo: payment.input.originalPartnerReferenceNo,
        originalReferenceNo: payment.id,
        refundNo: refund.id,
        partnerRefundNo: refund.reference,
        refundAmount: snapAmount(refund),
        refundTime: jakartaSeconds(refund.createdAt),
      },
    };
  };

  return {
    name: "durianpay",
    host: "api-sandbox.durianpay.id",
    operations: [
      moves("POST /v1/refunds", create),
      operation("GET /v1/refunds", list),
      operation("GET /v1/refunds/payment/{}", listOfPayment),
      operation("GET /v1/refunds/{}", fetchOne),
      operation("POST /v1.0/access-token/b2b", snap.accessToken),
      moves("POST /v1.0/debit/refund", snapRefund("58", false)),
      moves("POST /v1.0/qr/qr-mpm-refund", snapRefund("78", true)),
    ],
    identify: ({ paymentId, originalPartnerReferenceNo }) => {
      const n = String(world.count("durianpay payment")).padStart(7, "0");
      const id = paymentId ?? `pay_sandbox${n}`;
      const snapIds = {
        originalPartnerReferenceNo: originalPartnerReferenceNo ?? `ORDER-${n}`,
        originalReferenceNo: id,
      };
      return {
        id,
        input: snapIds,
        shown: typeof originalPartnerReferenceNo === "string" ? snapIds : { paymentId: id },
      };
    },
    notFound: (call) =>
      call.path.startsWith("/v1.0/") ? snapError("00", 40500) : error(404, "DPAY_INVALID_REQUEST", "route not found"),
    failure: (status, call) => {
      if (call.path.startsWith("/v1.0/")) return snapFailure(call.path.includes("/qr/") ? "78" : "58", status);
      // No rate limit is documented, and so no code for one.
      if (status === 429) return { status, body: { error: "too many requests" } };
      return error(
        status,
        "DPAY_INTERNAL_ERROR",
        call.method === "POST" ? "error creating refund" : "error getting refund",
      );
    },
    // No refund webhook is documented.
    settled: () => {},
  };
}
