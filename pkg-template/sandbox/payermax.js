// PayerMax, Indonesia SNAP: debit/refund, debit/status, access token, notifications signed with PayerMax's RSA key.
import { hex, rsaSign, sha256, utf8 } from "./crypto.js";
import { text } from "./fields.js";
import { moves, operation } from "./http.js";
import { minify, write } from "./json.js";
import { createSnap, refuse, snapAmount, snapBody, snapError, snapFailure } from "./snap.js";
import { jakartaMillis, jakartaSeconds } from "./time.js";

/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Payment} Payment */
/** @typedef {import("./types.js").Refund} Refund */
/** @typedef {import("./types.js").RefundStatus} RefundStatus */

const REFUND = "58";
const STATUS = "55";
/** @type {Record<RefundStatus, "00" | "03" | "06">} */
const CODE = { succeeded: "00", pending: "03", failed: "06" };
const WORD = { "00": "Success", "03": "Pending", "04": "Refunded", "06": "Failed" };

/** @type {Record<string, import("./fields.js").Kind>} */
const REFUND_FIELDS = {
  originalPartnerReferenceNo: "string! 64",
  refundAmount: "object!",
  "refundAmount.currency": "string! 3",
  partnerRefundNo: "string! 64",
  merchantId: "string 32",
  subMerchantId: "string 32",
  originalReferenceNo: "string 64",
  originalExternalId: "string 36",
  externalStoreID: "string 64",
  reason: "string 512",
  additionalInfo: "object!",
  "additionalInfo.version": "string! 8",
  "additionalInfo.keyVersion": "string! 8",
  "additionalInfo.refundNotifyUrl": "string 256",
};

/** @type {Record<string, import("./fields.js").Kind>} */
const STATUS_FIELDS = {
  merchantId: "string! 32",
  originalPartnerReferenceNo: "string! 64",
  serviceCode: "string! 2",
  originalReferenceNo: "string 64",
  originalExternalId: "string 36",
};

// The table says number, the examples say "1" and "10000.00": all three are taken.
const AMOUNT = /^\d{1,16}(\.\d{2})?$/;

/** @param {import("./types.js").World} world @returns {import("./types.js").Provider} */
export function payermax(world) {
  const { partnerId, clientKey, clientSecret, channelId, accessToken } = world.credentials.payermax;
  const snap = createSnap(world, {
    name: "payermax",
    keys: { clientKey, partnerId, secret: clientSecret, channelId, accessToken },
    grantTypes: ["client_credentials"],
    tokenSeconds: 3600,
    millis: true,
  });

  /** @param {Call} call */
  async function refund(call) {
    await snap.authorize(call, REFUND);
    const body = snapBody(call, REFUND, REFUND_FIELDS);
    const details = { notifyUrl: text(body, "additionalInfo.refundNotifyUrl") };
    const known = world.ledger.refunds.length;
    const { payment, refund } = snap.refund(call, body, REFUND, { form: AMOUNT, details });
    if (world.ledger.refunds.length > known) settled(refund, payment);
    return {
      status: 200,
      body: {
        responseCode: "2005800",
        responseMessage: "Request has been processed successfully",
        originalPartnerReferenceNo: payment.id,
        originalReferenceNo: payment.input.originalReferenceNo,
        originalExternalId: text(body, "originalExternalId") || undefined,
        refundNo: refund.id,
        partnerRefundNo: refund.reference,
        refundAmount: snapAmount(refund),
        refundTime: jakartaSeconds(refund.createdAt),
        additionalInfo: { refundStatus: CODE[refund.status] },
      },
    };
  }

  // No refund query is documented for SNAP: serviceCode 58 asks by partnerRefundNo, anything else by the payment.
  /** @param {Call} call */
  async function status(call) {
    await snap.authorize(call, STATUS);
    const body = snapBody(call, STATUS, STATUS_FIELDS);
    const asked = text(body, "originalPartnerReferenceNo");
    const serviceCode = text(body, "serviceCode");
    const refund =
      serviceCode === REFUND ? world.ledger.refund("payermax", (entry) => entry.reference === asked) : undefined;
    const payment =
      world.ledger.payment("payermax", ({ id }) => id === (refund?.paymentId ?? asked)) ?? refuse(STATUS, 40401);
    const latest = refund ? CODE[refund.status] : paymentStatus(payment);
    return {
      status: 200,
      body: {
        responseCode: "2005500",
        responseMessage: "Successful",
        originalPartnerReferenceNo: asked,
        originalReferenceNo: refund?.id ?? payment.input.originalReferenceNo,
        serviceCode,
        latestTransactionStatus: latest,
        transactionStatusDesc: WORD[latest],
        transAmount: snapAmount(refund ?? payment),
        refundHistory: world.ledger.list("payermax", (entry) => entry.paymentId === payment.id).map(history),
      },
    };
  }

  /** @param {Payment} payment */
  const paymentStatus = (payment) =>
    payment.status !== "captured"
      ? "03"
      : world.ledger.refunded(payment, ({ status }) => status === "succeeded") === payment.amount
        ? "04"
        : "00";

  /** @param {Refund} refund */
  const history = (refund) => ({
    refundNo: refund.id,
    partnerReferenceNo: refund.reference,
    refundAmount: snapAmount(refund),
    refundStatus: CODE[refund.status],
    refundDate: jakartaSeconds(refund.updatedAt),
    reason: refund.details.reason ?? "",
  });

  // debit/notify: latestTransactionStatus 00 refunded, 06 failed. Where refundNo stands is not documented: BI's refundHistory.
  /** @param {Refund} refund @param {Payment} payment */
  function settled(refund, payment) {
    if (refund.status === "pending") return;
    const code = CODE[refund.status];
    const notifyUrl = String(refund.details.notifyUrl ?? "");
    world.notify({
      provider: "payermax",
      event: "REFUND",
      refundId: refund.id,
      url: URL.canParse(notifyUrl) && /^https?:\/\/./.test(notifyUrl) ? notifyUrl : undefined,
      body: write({
        merchantId: payment.input.merchantId,
        originalPartnerReferenceNo: payment.id,
        originalReferenceNo: payment.input.originalReferenceNo,
        originalExternalId: refund.details.externalId,
        amount: snapAmount(refund),
        latestTransactionStatus: code,
        transactionStatusDesc: WORD[code],
        createdTime: jakartaSeconds(refund.createdAt),
        finishedTime: jakartaSeconds(refund.updatedAt),
        additionalInfo: { notifyType: "REFUND", refundHistory: [history(refund)] },
      }),
    });
  }

  // Notification: base64(RSA-SHA256(PayerMax's key, METHOD:EndpointUrl:hex(SHA256(minify(body))):timestamp))
  /** @param {import("./types.js").Event} event @param {string} path */
  async function signEvent(event, path) {
    const stamp = jakartaMillis(world.now());
    const digest = hex(await sha256(utf8(minify(event.body))));
    const { privateKey } = await world.ownKey("payermax");
    return {
      "X-TIMESTAMP": stamp,
      "X-SIGNATURE": await rsaSign(privateKey, utf8(`POST:${path}:${digest}:${stamp}`)),
      "X-PARTNER-ID": partnerId,
      "X-EXTERNAL-ID": String(event.number).padStart(32, "0"),
    };
  }

  return {
    name: "payermax",
    host: "pay-gate-uat.payermax.com",
    operations: [
      operation("POST /v1.0/access-token/b2b", snap.accessToken),
      moves("POST /v1.0/debit/refund", refund),
      operation("POST /v1.0/debit/status", status),
    ],
    identify: ({ originalPartnerReferenceNo, originalReferenceNo, merchantId = "P05010114269706" }) => {
      const n = String(world.count("payermax payment")).padStart(8, "0");
      const id = originalPartnerReferenceNo ?? `ORDER-${n}`;
      return {
        id,
        input: { originalPartnerReferenceNo: id, originalReferenceNo: originalReferenceNo ?? `PM${n}`, merchantId },
      };
    },
    notFound: () => snapError("00", 40500),
    failure: (status) => snapFailure(REFUND, status),
    settled,
    signEvent,
  };
}
