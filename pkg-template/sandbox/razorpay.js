// Razorpay: refunds under Basic or Bearer, with X-Refund-Idempotency; nothing is signed but the webhooks.
import { base64, hex, hmac, utf8 } from "./crypto.js";
import { text } from "./fields.js";
import { afterScheme, forced, isJson, jsonBody, moves, operation, Refusal, statusOf } from "./http.js";
import { isObject, Numeral, write } from "./json.js";
import { exponent, toMajor } from "./money.js";

/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Payment} Payment */
/** @typedef {import("./types.js").Refund} Refund */
/** @typedef {import("./types.js").RefundStatus} RefundStatus */

/** @type {Record<RefundStatus, string>} */
const WORD = { succeeded: "processed", pending: "pending", failed: "failed" };
const CREATE_FIELDS = ["amount", "speed", "notes", "receipt", "reverse_all"];
const REVERSAL = "reversal";
const SIX_MONTHS = 183 * 86_400_000;

/** @param {string} description @param {string} [field] @param {number} [status] @param {string} [code] @returns {Answer} */
const error = (description, field, status = 400, code = "BAD_REQUEST_ERROR") => ({
  status,
  body: {
    error: {
      code,
      description,
      source: "business",
      step: "payment_initiation",
      reason: "input_validation_failed",
      metadata: {},
      field,
    },
  },
});

/** @param {Parameters<typeof error>} args @returns {never} */
const refuse = (...args) => {
  throw new Refusal(error(...args));
};

/** @param {number} ms */
const unix = (ms) => new Numeral(String(Math.floor(ms / 1000)));

/** @param {import("./types.js").World} world @returns {import("./types.js").Provider} */
export function razorpay(world) {
  const { razorpay: own, razorpayOAuth, razorpayPartner } = world.credentials;
  /** @type {Map<string, { request: string, answer: Answer }>} */
  const answered = new Map();

  /** @param {{ keyId: string, keySecret: string }} pair */
  const basic = ({ keyId, keySecret }) => base64(utf8(`${keyId}:${keySecret}`));

  // Basic base64(key_id:key_secret), the scheme word exactly so; or an OAuth Bearer; X-Razorpay-Account acts for a sub-merchant.
  // The status of bad credentials is "4xx" in the docs, 401 in practice.
  /** @param {Call} call @returns {string | undefined} the account acted for */
  function authenticate(call) {
    const header = call.headers.get("Authorization") ?? "";
    const pair = afterScheme(header, "Basic");
    const partner = pair === basic(razorpayPartner);
    const known = partner || pair === basic(own) || afterScheme(header, "Bearer") === razorpayOAuth.oauthToken;
    if (!known) refuse("The api key provided is invalid", undefined, 401);
    const account = call.headers.get("X-Razorpay-Account") ?? undefined;
    if (account !== undefined && account !== razorpayPartner.account) refuse(`${account} is not a valid id`);
    return account;
  }

  // Ids: a prefix and 14 case-sensitive alphanumerics.
  /** @param {string} id @param {"pay" | "rfnd" | "trf"} prefix */
  function checkId(id, prefix) {
    if (!new RegExp(`^${prefix}_[A-Za-z0-9]{14}$`).test(id)) refuse(`${id} is not a valid id`);
  }

  /** @param {string} id @param {string | undefined} account */
  function findPayment(id, account) {
    checkId(id, "pay");
    return (
      world.ledger.payment("razorpay", (payment) => payment.id === id && payment.account === account) ??
      refuse("The id provided does not exist")
    );
  }

  /** @param {string} id @param {string | undefined} account */
  function findTransfer(id, account) {
    checkId(id, "trf");
    return (
      world.ledger.payment("razorpay", (transfer) => transfer.id === id && transfer.account === account) ??
      refuse("The id provided does not exist")
    );
  }

  /** @param {string} id @param {string | undefined} account */
  function findRefund(id, account) {
    checkId(id, "rfnd");
    return (
      world.ledger.refund("razorpay", (refund) => refund.id === id && refund.details.account === account) ??
      refuse("The id provided does not exist")
    );
  }

  // Anything but the documented fields: "... is/are not required and should not be sent".
  /** @param {Call} call @param {string[]} allowed */
  function readBody(call, allowed) {
    if (call.bytes.length === 0) return {};
    // Another content type is not documented; reading it as "no body" would be a full refund.
    if (!isJson(call)) refuse("The request content type must be application/json");
    const body = jsonBody(call) ?? refuse("The request body is not valid JSON");
    const extra = Object.keys(body).filter((key) => !allowed.includes(key));
    if (extra.length) refuse(`${extra.join(", ")} is/are not required and should not be sent`);
    return body;
  }

  // amount: an integer in the smallest unit, as a number or its digits; at least 1.00; three-decimal currencies end in 0.
  /** @param {unknown} value @param {Payment} payment */
  function readAmount(value, payment) {
    const left = world.ledger.remaining(payment);
    if (left === 0n) refuse("The payment has been fully refunded already");
    // Absent means a full refund; of a partly refunded payment that can only be the rest.
    if (value === undefined) return left;
    if (!/^\d{1,18}$/.test(String(value))) refuse("The amount must be an integer.", "amount");
    const amount = BigInt(String(value));
    // create-instant, 2026: 0 counts as a missing value.
    if (amount === 0n) refuse("Amount cannot be blank.", "amount");
    const least = 10n ** BigInt(exponent(payment.currency));
    if (amount < least)
      refuse(`The amount must be at least ${payment.currency} ${toMajor(least, payment.currency)}`, "amount");
    if (exponent(payment.currency) === 3 && amount % 10n !== 0n)
      refuse("The amount must end in 0 for a currency with three decimals", "amount");
    if (amount > left) refuse("The refund amount provided is greater than amount captured", "amount");
    return amount;
  }

  // notes: at most 15 pairs of at most 256 characters.
  /** @param {unknown} notes @returns {Record<string, unknown>} */
  function readNotes(notes) {
    if (notes === undefined || (Array.isArray(notes) && notes.length === 0)) return {};
    if (!isObject(notes)) return refuse("The notes must be an array.", "notes");
    if (Object.keys(notes).length > 15) refuse("Number of fields in notes should be less than or equal to 15", "notes");
    const bad = Object.values(notes).some(
      (value) => !(typeof value === "string" || value instanceof Numeral) || String(value).length > 256,
    );
    if (bad) refuse("The value of a note must be a string of at most 256 characters", "notes");
    return notes;
  }

  /** @param {Record<string, unknown>} body */
  function readSpeed({ speed }) {
    // Absent: the account's default speed, here normal.
    if (speed === undefined) return "normal";
    return speed === "normal" || speed === "optimum" ? speed : refuse("The selected speed is invalid.", "speed");
  }

  // payments/refunds/errors: banks refund no old payments; some of them can be refunded at once.
  /** @param {Payment} payment @param {string} speed */
  function checkAge({ createdAt, instant }, speed) {
    if (world.now() - createdAt <= SIX_MONTHS || (instant && speed === "optimum")) return;
    refuse(
      instant
        ? "Payment is more than 6 months old, only instant refund is supported"
        : "Refund is not supported by the bank because the payment is more than 6 months old",
    );
  }

  // create-instant, 2026: of one payment, a receipt is taken once.
  /** @param {Record<string, unknown>} body @param {Payment} payment */
  function checkReceipt({ receipt }, payment) {
    if (receipt === undefined) return;
    if (typeof receipt !== "string") refuse("The receipt must be a string.", "receipt");
    const same = world.ledger.list(
      "razorpay",
      (refund) => refund.paymentId === payment.id && refund.reference === receipt,
    );
    if (same.length) refuse("Duplicate receipt found for this refund request.", "receipt");
  }

  // reverse_all: a full refund reverses every transfer; a partial one only when the payment went to one account.
  /** @param {Record<string, unknown>} body @param {Payment} payment @param {bigint} amount */
  function readReversal({ reverse_all: value }, payment, amount) {
    if (value === undefined) return [];
    if (![true, false, "1", "0"].includes(/** @type {any} */ (value instanceof Numeral ? value.text : value)))
      refuse("The reverse all field must be true or false.", "reverse_all");
    if (value === false || String(value) === "0") return [];
    if (amount < payment.amount && payment.transfers.length > 1)
      refuse("reverse_all is not allowed for a partial refund of a payment with several transfers", "reverse_all");
    return payment.transfers;
  }

  // X-Refund-Idempotency: at least 10 of [A-Za-z0-9_-]; same key and same body give the first answer again.
  // The provider hashes the body, parsed or raw is not documented: raw here, the stricter of the two.
  /** @param {Call} call @param {string | undefined} account @param {(key: string | null) => Answer} create */
  function once(call, account, create) {
    const key = call.headers.get("X-Refund-Idempotency");
    if (key === null) return create(null);
    if (!/^[A-Za-z0-9_-]{10,}$/.test(key))
      refuse("The idempotency key must be at least 10 characters of A-Z, a-z, 0-9, - and _");
    // "The server failed to parse the request body to generate the request hash."
    if (call.bytes.length > 0 && isJson(call) && jsonBody(call) === undefined)
      refuse("Internal server error - Failed to parse request body", undefined, 500);
    if (forced(call, "in-progress"))
      refuse("Another request with the same idempotency key is still in progress.", undefined, 409);
    const [record, request] = [`${account}\n${key}`, `${call.path}\n${call.text}`];
    const first = answered.get(record);
    if (first && first.request !== request)
      refuse("Different request with the same idempotency key has already been processed.", undefined, 409);
    const answer = first?.answer ?? create(key);
    answered.set(record, { request, answer });
    return answer;
  }

  /** @param {Call} call @param {string} paymentId @returns {Answer} */
  function create(call, paymentId) {
    const account = authenticate(call);
    return once(call, account, (key) => refundOf(call, account, paymentId, readBody(call, CREATE_FIELDS), key));
  }

  // POST /v1/refunds stands in the SDKs and on no page: so X-Refund-Idempotency is not documented here, and means nothing.
  /** @param {Call} call @returns {Answer} */
  function createByPaymentId(call) {
    const account = authenticate(call);
    const body = readBody(call, ["payment_id", ...CREATE_FIELDS]);
    const paymentId = text(body, "payment_id") ?? refuse("The payment id field is required.", "payment_id");
    return refundOf(call, account, paymentId, body, null);
  }

  /**
   * @param {Call} call @param {string | undefined} account @param {string} paymentId
   * @param {Record<string, unknown>} body @param {string | null} key @returns {Answer}
   */
  function refundOf(call, account, paymentId, body, key) {
    const payment = findPayment(paymentId, account);
    if (payment.status !== "captured") refuse("The payment status should be captured for action to be taken");
    const speed = readSpeed(body);
    checkAge(payment, speed);
    const amount = readAmount(body.amount, payment);
    checkReceipt(body, payment);
    const reversed = readReversal(body, payment, amount);
    const refund = world.ledger.open(payment, {
      id: `rfnd_Sandbox${String(world.count("razorpay refund")).padStart(7, "0")}`,
      reference: text(body, "receipt"),
      idempotencyKey: key ?? undefined,
      amount,
      type: speed,
      status: statusOf(call, payment),
      details: { account, reversed, notes: readNotes(body.notes), processed: undefined },
    });
    announce(refund, payment, "refund.created");
    settled(refund, payment);
    return { status: 200, body: entity(refund) };
  }

  // Route: takes back what a linked account got, all of it where no amount is given. Nothing recognizes a second one.
  // How an amount that is too large is refused is not documented.
  /** @param {Call} call @param {string} transferId @returns {Answer} */
  function createReversal(call, transferId) {
    const account = authenticate(call);
    const transfer = findTransfer(transferId, account);
    const body = readBody(call, ["amount", "notes"]);
    const left = world.ledger.remaining(transfer);
    const amount = body.amount === undefined ? left : body.amount;
    if (!/^\d{1,18}$/.test(String(amount))) refuse("The amount must be an integer.", "amount");
    if (left === 0n || BigInt(String(amount)) > left)
      refuse("The reversal amount is greater than the amount that is left of the transfer", "amount");
    const reversal = world.ledger.open(transfer, {
      id: `rvrsl_Sandbox${String(world.count("razorpay reversal")).padStart(7, "0")}`,
      amount: BigInt(String(amount)),
      type: REVERSAL,
      status: "succeeded",
      details: { account, notes: readNotes(body.notes) },
    });
    return { status: 200, body: reversalEntity(reversal) };
  }

  /** @param {Call} call @param {string} transferId @returns {Answer} */
  function listReversals(call, transferId) {
    const transfer = findTransfer(transferId, authenticate(call));
    const items = world.ledger.list("razorpay", ({ paymentId }) => paymentId === transfer.id).map(reversalEntity);
    return { status: 200, body: { entity: "collection", count: new Numeral(String(items.length)), items } };
  }

  // It has no status and no receipt.
  /** @param {Refund} reversal */
  const reversalEntity = (reversal) => ({
    id: reversal.id,
    entity: "reversal",
    transfer_id: reversal.paymentId,
    amount: reversal.amount,
    fee: new Numeral("0"),
    tax: new Numeral("0"),
    currency: reversal.currency,
    notes: Object.keys(/** @type {object} */ (reversal.details.notes)).length ? reversal.details.notes : [],
    initiator_id: "CJoeHMNpi0nC7k",
    customer_refund_id: null,
    utr: null,
    created_at: unix(reversal.createdAt),
  });

  /** @param {Refund} refund */
  const entity = (refund) => ({
    id: refund.id,
    entity: "refund",
    amount: refund.amount,
    currency: refund.currency,
    payment_id: refund.paymentId,
    // Empty notes are an array: the backend is PHP.
    notes: Object.keys(/** @type {object} */ (refund.details.notes)).length ? refund.details.notes : [],
    receipt: refund.reference ?? null,
    acquirer_data: { arn: refund.details.arn ?? null },
    created_at: unix(refund.createdAt),
    batch_id: null,
    status: WORD[refund.status],
    speed_processed: refund.details.processed,
    speed_requested: refund.type,
  });

  // notes are the only thing that can be edited; the answer's members are sorted on the provider's page.
  /** @param {Call} call @param {string} id @returns {Answer} */
  function update(call, id) {
    const refund = findRefund(id, authenticate(call));
    const body = readBody(call, ["notes"]);
    if (body.notes === undefined) refuse("The notes field is required", "notes");
    refund.details.notes = readNotes(body.notes);
    return {
      status: 200,
      body: Object.fromEntries(Object.entries(entity(refund)).sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  /** @param {Call} call @param {string} name @param {number} fallback @param {number} most */
  function readCount(call, name, fallback, most) {
    const value = call.query.get(name);
    if (value === null) return fallback;
    if (!/^\d{1,12}$/.test(value)) refuse(`The ${name} must be an integer.`, name);
    return Number(value) > most ? refuse(`The ${name} may not be greater than ${most}.`, name) : Number(value);
  }

  // Newest first; from and to are Unix seconds, count defaults to 10 (at most 100), skip to 0.
  /** @param {Call} call @param {(refund: Refund) => boolean} is @returns {Answer} */
  function collection(call, is) {
    const extra = [...call.query.keys()].filter((key) => !["from", "to", "count", "skip"].includes(key));
    if (extra.length) refuse(`${extra.join(", ")} is/are not required and should not be sent`);
    const [from, to] = [readCount(call, "from", 0, 1e12), readCount(call, "to", 1e12, 1e12)];
    const [count, skip] = [readCount(call, "count", 10, 100), readCount(call, "skip", 0, 1e12)];
    const inWindow = (/** @type {Refund} */ { createdAt }) =>
      from <= Math.floor(createdAt / 1000) && Math.floor(createdAt / 1000) <= to;
    const items = world.ledger
      .list("razorpay", (refund) => is(refund) && inWindow(refund))
      .slice(skip, skip + count)
      .map(entity);
    return { status: 200, body: { entity: "collection", count: new Numeral(String(items.length)), items } };
  }

  /** @param {Call} call @returns {Answer} */
  function list(call) {
    const account = authenticate(call);
    return collection(call, ({ details, type }) => details.account === account && type !== REVERSAL);
  }

  /** @param {Call} call @param {string} paymentId @returns {Answer} */
  function listOfPayment(call, paymentId) {
    const payment = findPayment(paymentId, authenticate(call));
    return collection(call, (refund) => refund.paymentId === payment.id);
  }

  /** @param {Call} call @param {string} id @returns {Answer} */
  const fetchOne = (call, id) => ({ status: 200, body: entity(findRefund(id, authenticate(call))) });

  /** @param {Call} call @param {string} paymentId @param {string} id @returns {Answer} */
  function fetchOfPayment(call, paymentId, id) {
    const account = authenticate(call);
    const payment = findPayment(paymentId, account);
    const refund = findRefund(id, account);
    return refund.paymentId === payment.id
      ? { status: 200, body: entity(refund) }
      : refuse("The id provided does not exist");
  }

  // The speed is known when the money moves: optimum becomes instant, or normal (refund.speed_changed) where that fails.
  /** @param {Refund} refund @param {Payment} payment */
  function settled(refund, payment) {
    if (refund.status === "pending") return;
    if (refund.status === "failed") return announce(refund, payment, "refund.failed");
    refund.details.processed = refund.type === "optimum" && payment.instant ? "instant" : "normal";
    refund.details.arn = `1000000000${refund.id.slice(-4)}`;
    if (refund.type === "optimum" && !payment.instant) announce(refund, payment, "refund.speed_changed");
    announce(refund, payment, "refund.processed");
  }

  /** @param {Refund} refund @param {Payment} payment @param {string} event */
  function announce(refund, payment, event) {
    const account_id = payment.account ?? "acc_Sandbox0000001";
    const created_at = unix(refund.updatedAt);
    const payload = { refund: { entity: entity(refund) }, payment: { entity: paymentEntity(payment) } };
    const body = { entity: "event", account_id, event, contains: ["refund", "payment"], payload, created_at };
    world.notify({ provider: "razorpay", event, refundId: refund.id, body: write(body) });
  }

  /** @param {Payment} payment */
  function paymentEntity(payment) {
    const refunded = world.ledger.refunded(payment);
    return {
      id: payment.id,
      entity: "payment",
      amount: payment.amount,
      currency: payment.currency,
      status: refunded === payment.amount ? "refunded" : "captured",
      order_id: `order_${payment.id.slice(4)}`,
      invoice_id: null,
      international: false,
      method: payment.method ?? "netbanking",
      amount_refunded: refunded,
      refund_status: refunded === 0n ? null : refunded === payment.amount ? "full" : "partial",
      captured: true,
      email: "customer@example.com",
      contact: "+919000090000",
      notes: [],
      created_at: unix(payment.createdAt),
    };
  }

  return {
    name: "razorpay",
    host: "api.razorpay.com",
    operations: [
      moves("POST /v1/payments/{}/refund", create),
      moves("POST /v1/refunds", createByPaymentId),
      operation("GET /v1/payments/{}/refunds", listOfPayment),
      operation("GET /v1/payments/{}/refunds/{}", fetchOfPayment),
      operation("GET /v1/refunds", list),
      operation("GET /v1/refunds/{}", fetchOne),
      operation("PATCH /v1/refunds/{}", update),
      moves("POST /v1/transfers/{}/reversals", createReversal),
      operation("GET /v1/transfers/{}/reversals", listReversals),
    ],
    identify: ({ paymentId, transferId }) => {
      if (transferId) return { id: transferId, input: { transferId } };
      const id = paymentId ?? `pay_Sandbox${String(world.count("razorpay payment")).padStart(7, "0")}`;
      return { id, input: { paymentId: id } };
    },
    notFound: () => error("The requested URL was not found on the server."),
    failure: (status) =>
      status === 429
        ? error("Request failed. Please try after sometime.", undefined, 429)
        : error(
            "The server encountered an error. The incident has been reported to admins.",
            undefined,
            status,
            "SERVER_ERROR",
          ),
    settled,
    // X-Razorpay-Signature = lower-case hex of HMAC-SHA256(webhook secret, raw body); the event id is a header only.
    signEvent: async (event) => ({
      "X-Razorpay-Signature": hex(await hmac("SHA-256", world.webhookSecrets.razorpay, utf8(event.body))),
      "x-razorpay-event-id": `Sandbox${String(event.number).padStart(7, "0")}`,
    }),
  };
}
