// Craftgate: refunds of payments, of payment transactions and of wallet transactions, signed with SHA-256 over URL and body.
import { base64, hmac, sha256, utf8 } from "./crypto.js";
import { isJson, jsonBody, moves, operation, Refusal, statusOf } from "./http.js";
import { Numeral, write } from "./json.js";
import { toMajor, toMinor } from "./money.js";
import { day, istanbulLocal } from "./time.js";

/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Payment} Payment */
/** @typedef {import("./types.js").Refund} Refund */
/** @typedef {import("./types.js").RefundStatus} RefundStatus */
/** @typedef {Record<string, unknown>} Body */

/** @type {Record<RefundStatus, string>} */
const WORD = { succeeded: "SUCCESS", pending: "WAITING", failed: "FAILURE" };
const DESTINATIONS = ["PROVIDER", "WALLET", "CARD"];

/**
 * errorCode below 10000: the request is wrong; from 10000 on, with an errorGroup: bank and payment.
 * Of the codes used here only 9001 is public.
 * @param {number} status @param {string} errorCode @param {string} errorDescription @param {string} [errorGroup] @returns {Answer}
 */
const error = (status, errorCode, errorDescription, errorGroup) => ({
  status,
  body: { errors: { errorCode, errorDescription, errorGroup } },
});

/** @param {Parameters<typeof error>} args @returns {never} */
const refuse = (...args) => {
  throw new Refusal(error(...args));
};
/** @param {string} description @returns {never} */
const invalid = (description) => refuse(422, "1000", description);

/** An id is a Java Long: a number, or its digits as text. @param {unknown} value @param {string} name */
function readId(value, name) {
  const id = typeof value === "string" || value instanceof Numeral ? String(value) : "";
  return /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n ? id : invalid(`${name} is invalid`);
}

/** @param {unknown} data @returns {Answer} */
const answer = (data) => ({ status: 200, body: { data } });
/** @param {string} id */
const long = (id) => new Numeral(id);

/** @param {import("./types.js").World} world @returns {import("./types.js").Provider} */
export function craftgate(world) {
  const { apiKey, secretKey } = world.credentials.craftgate;
  /** @type {Map<string, { request: string, answer: Answer }>} */
  const answered = new Map();

  // x-signature = base64(SHA256(decoded url + api key + secret key + rnd key + body)); the URL is the full one, percent-decoded.
  /** @param {Call} call */
  async function signature(call) {
    let url;
    try {
      url = decodeURIComponent(call.url);
    } catch {
      return undefined;
    }
    return base64(await sha256(utf8(url + apiKey + secretKey + call.headers.get("x-rnd-key") + call.text)));
  }

  // The statuses and codes of these refusals are not documented: 401, and the descriptions that were sighted.
  /** @param {Call} call */
  async function authenticate(call) {
    for (const name of ["x-api-key", "x-rnd-key", "x-auth-version", "x-signature"]) {
      if (!call.headers.get(name)) refuse(401, "2000", `${name} header is required`);
    }
    if (call.headers.get("x-api-key") !== apiKey) refuse(401, "2001", "API credential not found");
    // V1 in the docs, v1 and 1 in the official clients.
    if (!/^[vV]?1$/.test(call.headers.get("x-auth-version") ?? ""))
      refuse(401, "2002", "x-auth-version is not supported");
    if (call.headers.get("x-signature") !== (await signature(call))) refuse(401, "2003", "Signature is not equal!");
  }

  /** @param {Call} call */
  function readBody(call) {
    const body = (isJson(call) ? jsonBody(call) : undefined) ?? invalid("request body is not valid JSON");
    const { conversationId = null, refundDestinationType = null, chargeFromMe = null } = body;
    if (conversationId !== null && typeof conversationId !== "string") invalid("conversationId must be a string");
    if (refundDestinationType !== null && !DESTINATIONS.includes(/** @type {string} */ (refundDestinationType)))
      invalid("refundDestinationType is invalid");
    if (chargeFromMe !== null && typeof chargeFromMe !== "boolean") invalid("chargeFromMe must be a boolean");
    return body;
  }

  // x-idempotency-key: honored on POST, the first result is replayed. The same key with another body is not documented: refused.
  /** @param {(call: Call, body: Body, ...params: string[]) => Answer} handle */
  const once =
    (handle) =>
    async (/** @type {Call} */ call, /** @type {string[]} */ ...params) => {
      await authenticate(call);
      const key = call.headers.get("x-idempotency-key");
      const request = `${call.path}\n${call.text}`;
      const first = key === null ? undefined : answered.get(key);
      if (first && first.request !== request)
        refuse(422, "1001", "x-idempotency-key has been used for another request");
      const result = first?.answer ?? handle(call, readBody(call), ...params);
      if (key !== null) answered.set(key, { request, answer: result });
      return result;
    };

  /** @param {(call: Call, ...params: string[]) => Answer} handle */
  const read =
    (handle) =>
    async (/** @type {Call} */ call, /** @type {string[]} */ ...params) => {
      await authenticate(call);
      return handle(call, ...params);
    };

  /** @param {(payment: Payment) => boolean} is */
  const find = (is) => world.ledger.payment("craftgate", is) ?? refuse(404, "9001", "payment not found");
  /** @param {string} id */
  const byTransaction = (id) => find(({ transactions }) => transactions.some((transaction) => transaction.id === id));
  /** @param {string} id */
  const byWallet = (id) => find(({ input }) => input.walletTransactionId === id);

  /** What is left of one payment transaction. @param {Payment} payment @param {{ id: string, amount: bigint }} transaction */
  function left(payment, transaction) {
    const rest =
      transaction.amount - world.ledger.refunded(payment, ({ details }) => details.transactionId === transaction.id);
    const whole = world.ledger.remaining(payment);
    // biome-ignore lint/complexity/useMathMinMax: Math.min does not take a bigint
    return rest < whole ? rest : whole;
  }

  /** @returns {never} */
  const alreadyRefunded = () =>
    refuse(422, "10215", "Payment may have already been refunded", "MAY_HAVE_ALREADY_REFUNDED");

  /** @param {unknown} price @param {Payment} payment @param {bigint} most */
  function readPrice(price, payment, most) {
    const amount =
      price instanceof Numeral || typeof price === "string" ? toMinor(String(price), payment.currency) : undefined;
    if (!amount) return invalid("refundPrice is invalid");
    return amount > most ? alreadyRefunded() : amount;
  }

  /** @param {Call} call @param {Payment} payment @param {Body} body @param {"CANCEL" | "REFUND_TX" | "WALLET"} type @param {bigint} amount @param {{ transactionId?: string, marked?: boolean }} [more] */
  function open(call, payment, body, type, amount, { transactionId, marked = false } = {}) {
    const n = world.count("craftgate refund");
    const refund = world.ledger.open(payment, {
      id: String(n),
      reference: /** @type {string | undefined} */ (body.conversationId ?? undefined),
      idempotencyKey: call.headers.get("x-idempotency-key") ?? undefined,
      amount,
      type,
      status: marked ? "succeeded" : statusOf(call, payment),
      details: {
        transactionId,
        marked,
        destination: body.refundDestinationType ?? "PROVIDER",
        bank: String(544952 + n),
        afterSettlement: payment.settled && type === "REFUND_TX",
      },
    });
    settled(refund, payment);
    return refund;
  }

  /** @param {Payment} payment */
  function checkRefundable(payment) {
    if (payment.status !== "captured") refuse(422, "10216", "Payment is not refundable", "INVALID_TRANSACTION");
    if (world.ledger.remaining(payment) === 0n) alreadyRefunded();
  }

  // CANCEL: the payment's (Turkish) day has not ended and no part was refunded before. REFUND: otherwise.
  /** @param {Payment} payment */
  function cancels(payment) {
    const ended = payment.dayEnded ?? day(payment.createdAt, 3) !== day(world.now(), 3);
    return !ended && world.ledger.refunded(payment) === 0n;
  }

  /** One refund for each transaction that has something left. @param {Call} call @param {Payment} payment @param {Body} body @param {boolean} marked */
  const refundEach = (call, payment, body, marked) =>
    payment.transactions
      .map((transaction) => ({ transaction, rest: left(payment, transaction) }))
      .filter(({ rest }) => rest > 0n)
      .map(({ transaction, rest }) =>
        open(call, payment, body, "REFUND_TX", rest, { transactionId: transaction.id, marked }),
      );

  /** @param {Call} call @param {Body} body */
  function refundPayment(call, body) {
    const id = readId(body.paymentId, "paymentId");
    const payment = find((candidate) => candidate.id === id);
    checkRefundable(payment);
    if (cancels(payment)) return answer(paymentRefund(open(call, payment, body, "CANCEL", payment.amount)));
    const parts = refundEach(call, payment, body, false);
    // The whole has no record of its own, so no id: its first part stands in for the shared fields.
    const whole = {
      .../** @type {Refund} */ (parts[0]),
      id: undefined,
      amount: parts.reduce((sum, part) => sum + part.amount, 0n),
    };
    return answer(paymentRefund(whole, parts));
  }

  /** @param {Call} call @param {Body} body @param {boolean} marked */
  function refundOne(call, body, marked) {
    const id = readId(body.paymentTransactionId, "paymentTransactionId");
    const payment = byTransaction(id);
    checkRefundable(payment);
    const transaction = /** @type {{ id: string, amount: bigint }} */ (
      payment.transactions.find((candidate) => candidate.id === id)
    );
    const rest = left(payment, transaction);
    if (rest === 0n) alreadyRefunded();
    const whole = body.refundPrice === undefined || body.refundPrice === null;
    if (whole && marked) invalid("refundPrice is required");
    // Absent refundPrice: the docs only say optional; the whole rest is the plausible reading.
    const amount = whole ? rest : readPrice(body.refundPrice, payment, rest);
    return transactionRefund(open(call, payment, body, "REFUND_TX", amount, { transactionId: id, marked }));
  }

  /** @param {Call} call @param {Body} body */
  function markPayment(call, body) {
    const id = readId(body.paymentId, "paymentId");
    const payment = find((candidate) => candidate.id === id);
    checkRefundable(payment);
    return answer({ items: refundEach(call, payment, body, true).map(transactionRefund) });
  }

  // Its purpose is not documented: a payment that still waits is given back whole, the answer is {status}.
  /** @param {Call} call @param {Body} body */
  function refundWaiting(call, body) {
    const id = readId(body.paymentId, "paymentId");
    const payment = find((candidate) => candidate.id === id);
    if (payment.status !== "waiting") refuse(422, "10216", "Payment is not waiting", "INVALID_TRANSACTION");
    if (world.ledger.remaining(payment) === 0n) alreadyRefunded();
    return answer({ status: WORD[open(call, payment, body, "CANCEL", payment.amount).status] });
  }

  /** @param {Call} call @param {Body} body @param {string} id */
  function refundWallet(call, body, id) {
    const payment = byWallet(id);
    checkRefundable(payment);
    const amount = readPrice(body.refundPrice, payment, world.ledger.remaining(payment));
    return answer(walletRefund(open(call, payment, body, "WALLET", amount)));
  }

  // Decimals have eight places: 100.00000000
  /** @param {bigint} amount @param {string} currency */
  const price = (amount, currency) => new Numeral(toMajor(amount, currency, 8));

  /** @param {Omit<Refund, "id">} refund */
  const prices = ({ amount, currency, details }) => {
    const wallet = details.destination === "WALLET" ? amount : 0n;
    return {
      refundPrice: price(amount, currency),
      refundBankPrice: price(amount - wallet, currency),
      refundWalletPrice: price(wallet, currency),
    };
  };

  /** @param {Omit<Refund, "id">} refund */
  const bank = ({ status, details }) =>
    status === "succeeded" && !details.marked
      ? { authCode: details.bank, hostReference: `2319${details.bank}`, transId: `21319NThC0${details.bank}` }
      : { authCode: null, hostReference: null, transId: null };

  /** @param {Omit<Refund, "id"> & { id?: string | undefined }} refund @param {Refund[]} [parts] */
  const paymentRefund = (refund, parts = []) => ({
    id: refund.id === undefined ? undefined : long(refund.id),
    conversationId: refund.reference,
    createdDate: istanbulLocal(refund.createdAt),
    status: WORD[refund.status],
    ...prices(refund),
    refundType: parts.length ? "REFUND" : "CANCEL",
    refundDestinationType: refund.details.destination,
    ...bank(refund),
    currency: refund.currency,
    paymentId: long(refund.paymentId),
    paymentTransactionRefunds: parts.map(transactionRefund),
  });

  /** @param {Refund} refund */
  const transactionRefund = (refund) => ({
    id: long(refund.id),
    conversationId: refund.reference,
    createdDate: istanbulLocal(refund.createdAt),
    status: WORD[refund.status],
    isAfterSettlement: refund.details.afterSettlement,
    ...prices(refund),
    refundDestinationType: refund.details.destination,
    ...bank(refund),
    currency: refund.currency,
    paymentTransactionId: long(String(refund.details.transactionId)),
    paymentId: long(refund.paymentId),
  });

  /** @param {Refund} refund */
  const walletRefund = (refund) => ({
    id: long(refund.id),
    createdDate: istanbulLocal(refund.createdAt),
    refundStatus: WORD[refund.status],
    refundPrice: price(refund.amount, refund.currency),
    ...bank(refund),
    transactionId: long(refund.paymentId),
    transactionType: "WALLET_TX",
    paymentError: refund.status === "failed" ? DECLINED : null,
    walletTransactionId: long(
      String(world.ledger.payment("craftgate", ({ id }) => id === refund.paymentId)?.input.walletTransactionId),
    ),
  });

  const DECLINED = { errorCode: "10051", errorDescription: "Declined by the bank", errorGroup: "DECLINED" };

  /** Reporting: without refundType, currency and children, with paymentType and error. @param {Refund} refund */
  function report(refund) {
    const {
      currency: _,
      refundType: __,
      paymentTransactionRefunds: ___,
      ...rest
    } = /** @type {Record<string, unknown>} */ (
      refund.type === "REFUND_TX" ? transactionRefund(refund) : paymentRefund(refund)
    );
    return { ...rest, paymentType: "CARD_PAYMENT", error: refund.status === "failed" ? DECLINED : undefined };
  }

  /** @param {(refund: Refund) => unknown} shape @param {"CANCEL" | "REFUND_TX"} type */
  const retrieve = (shape, type) =>
    read((_call, id) => {
      const refund = world.ledger.refund("craftgate", (entry) => entry.id === id && entry.type === type);
      return answer(shape(refund ?? refuse(404, "9001", "refund not found")));
    });

  // That a payment's refunds include those of its transactions is not documented, but plausible.
  const refundsOfPayment = read((_call, id) => {
    const payment = find((candidate) => candidate.id === id);
    return answer({ items: world.ledger.list("craftgate", (refund) => refund.paymentId === payment.id).map(report) });
  });

  const refundsOfTransaction = read((_call, paymentId, id) => {
    if (byTransaction(id).id !== paymentId) refuse(404, "9001", "payment not found");
    return answer({
      items: world.ledger.list("craftgate", (refund) => refund.details.transactionId === id).map(report),
    });
  });

  const refundsOfWallet = read((_call, id) => {
    const payment = byWallet(id);
    return answer({
      items: world.ledger.list("craftgate", (refund) => refund.paymentId === payment.id).map(walletRefund),
    });
  });

  const walletRefundable = read((_call, id) => {
    const payment = byWallet(id);
    return answer({ refundableAmount: price(world.ledger.remaining(payment), payment.currency) });
  });

  /** A search value in local time: `2021-11-15T14:07:18`, or the node client's `.mmmZ`. @param {string} value */
  const localTime = (value) => (value.endsWith("Z") ? istanbulLocal(Date.parse(value)) : value.slice(0, 19));

  /** How each search parameter narrows. @type {Record<string, (refund: Refund, value: string) => boolean>} */
  const FILTERS = {
    id: (refund, value) => refund.id === value,
    paymentId: (refund, value) => refund.paymentId === value,
    paymentTransactionId: (refund, value) => refund.details.transactionId === value,
    conversationId: (refund, value) => refund.reference === value,
    status: (refund, value) => value.split(",").includes(/** @type {string} */ (WORD[refund.status])),
    currency: (refund, value) => refund.currency === value,
    isAfterSettlement: (refund, value) => String(refund.details.afterSettlement) === value,
    minRefundPrice: (refund, value) =>
      refund.amount >= (toMinor(value, refund.currency) ?? invalid("minRefundPrice is invalid")),
    maxRefundPrice: (refund, value) =>
      refund.amount <= (toMinor(value, refund.currency) ?? invalid("maxRefundPrice is invalid")),
    minCreatedDate: (refund, value) => istanbulLocal(refund.createdAt) >= localTime(value),
    maxCreatedDate: (refund, value) => istanbulLocal(refund.createdAt) <= localTime(value),
  };

  /** @param {Call} call @param {string} name @param {number} fallback */
  function readCount(call, name, fallback) {
    const value = call.query.get(name) || String(fallback);
    return /^\d{1,6}$/.test(value) ? Number(value) : invalid(`${name} is invalid`);
  }

  // page starts at 0, size is 10 by default; empty values count as absent; repeated keys as a list.
  /** @param {"CANCEL" | "REFUND_TX"} type */
  const search = (type) =>
    read((call) => {
      const [page, size] = [readCount(call, "page", 0), readCount(call, "size", 10)];
      const wanted = [...new Set(call.query.keys())].map((name) => ({
        name,
        value: call.query.getAll(name).filter(Boolean).join(","),
      }));
      const filters = wanted.filter(({ name, value }) => value && FILTERS[name]);
      const found = world.ledger.list(
        "craftgate",
        (refund) => refund.type === type && filters.every(({ name, value }) => FILTERS[name]?.(refund, value)),
      );
      const numbers = { page, size, totalSize: found.length };
      return answer({ items: found.slice(page * size, (page + 1) * size).map(report), ...numbers });
    });

  // REFUND for a payment refund, REFUND_TX for a transaction's; sent on success only; payloadId is the refund's id.
  /** @param {Refund} refund @param {Payment} _payment */
  function settled(refund, _payment) {
    if (refund.status !== "succeeded" || refund.type === "WALLET" || refund.details.marked) return;
    const eventType = refund.type === "REFUND_TX" ? "REFUND_TX" : "REFUND";
    const eventTimestamp = Math.floor(refund.updatedAt / 1000);
    const body = {
      eventType,
      eventTime: `${istanbulLocal(refund.updatedAt)}.000000`,
      eventTimestamp,
      status: "SUCCESS",
      payloadId: refund.id,
    };
    world.notify({ provider: "craftgate", event: eventType, refundId: refund.id, body: write(body) });
  }

  // x-cg-signature-v1 = base64(HMAC-SHA256(webhook key, eventType + eventTimestamp + status + payloadId))
  /** @param {import("./types.js").Event} event */
  async function signEvent({ body }) {
    const { eventType, eventTimestamp, status, payloadId } = JSON.parse(body);
    return {
      "x-cg-signature-v1": base64(
        await hmac(
          "SHA-256",
          world.webhookSecrets.craftgate,
          utf8(`${eventType}${eventTimestamp}${status}${payloadId}`),
        ),
      ),
    };
  }

  const wallet = "/payment/v1/wallet-transactions/{}";
  const reporting = "/payment-reporting/v1";
  return {
    name: "craftgate",
    host: "sandbox-api.craftgate.io",
    operations: [
      moves("POST /payment/v1/refunds", once(refundPayment)),
      moves(
        "POST /payment/v1/refund-transactions",
        once((call, body) => answer(refundOne(call, body, false))),
      ),
      operation("GET /payment/v1/refunds/{}", retrieve(paymentRefund, "CANCEL")),
      operation("GET /payment/v1/refund-transactions/{}", retrieve(transactionRefund, "REFUND_TX")),
      moves("POST /payment/v1/refunds/mark-as-refunded", once(markPayment)),
      moves(
        "POST /payment/v1/refund-transactions/mark-as-refunded",
        once((call, body) => answer(refundOne(call, body, true))),
      ),
      moves("POST /payment/v1/refunds/refund-waiting-payment", once(refundWaiting)),
      operation(`GET ${reporting}/payments/{}/refunds`, refundsOfPayment),
      operation(`GET ${reporting}/payments/{}/transactions/{}/refunds`, refundsOfTransaction),
      operation(`GET ${reporting}/refunds`, search("CANCEL")),
      operation(`GET ${reporting}/refund-transactions`, search("REFUND_TX")),
      moves(`POST ${wallet}/refunds`, once(refundWallet)),
      operation(`GET ${wallet}/refundable-amount`, walletRefundable),
      operation(`GET ${wallet}/refunds`, refundsOfWallet),
    ],
    identify({ paymentId, walletTransactionId, transactions, amount: { currency } }, amount) {
      const id = paymentId ?? String(1000 + world.count("craftgate payment"));
      const parts = (transactions ?? []).map((part) => ({ id: part.id, amount: toMinor(part.value, currency) ?? 0n }));
      const own = parts.length ? parts : [{ id: `${id}1`, amount }];
      const paymentTransactionIds = own.map((part) => part.id);
      const walletId = typeof walletTransactionId === "string" ? { walletTransactionId } : {};
      const input = { paymentId: id, paymentTransactionIds, ...walletId };
      return { id, input, transactions: own };
    },
    notFound: () => error(404, "1002", "resource not found"),
    failure: (status) =>
      error(status, status === 429 ? "1003" : "1004", status === 429 ? "Too many requests" : "System error"),
    settled,
    signEvent,
  };
}
