// Craftgate's operations: `{ operation: { what: async (bench) => … } }`.

import { has, ok, same } from "../assert.js";

const lira = (value) => ({ value, currency: "TRY" });
const LONG = "9223372036854775807";
const ids = ({ refunds }) => refunds.map(({ id }) => id);

/** Four refunds: a cancelled payment (1), two parts of another (2, 3), and one of a transaction (4). */
async function four({ good, payments: { today, yesterday, longId } }) {
  await good("createRefund", { paymentId: today.paymentId, conversationId: "sipariş 1" });
  await good("createRefund", { paymentId: yesterday.paymentId, conversationId: "sipariş 2" });
  const paymentTransactionId = longId.paymentTransactionIds[0];
  await good("refundPaymentTransaction", { paymentTransactionId, amount: lira("10.25"), conversationId: "sipariş 3" });
}

/** The same input and key twice is one refund, and the first answer again. */
const again = (operation, input, count) => async (bench) => {
  const stored = JSON.parse(JSON.stringify(bench.plan(operation, input(bench))));
  const [first, second] = [await bench.sendPlan(stored), await bench.sendPlan(stored)];
  same(second, first, "the second verdict");
  const ledger = await bench.ledger();
  same(ledger.length, count, "refunds in the ledger");
  same(ledger[0].idempotencyKey, stored.idempotencyKey, "key");
};

const first = ({ payments: { yesterday } }) => yesterday.paymentTransactionIds[0];
const cancelled = ({ payments: { today } }) => ({ paymentId: today.paymentId });
const transaction = (bench) => ({ paymentTransactionId: first(bench), amount: lira("10") });
const wallet = ({ payments }) => ({ walletTransactionId: payments.wallet.walletTransactionId, amount: lira("10") });

/** What the filters of a search find: `{ what: [input, ids] }`. */
const searches = (operation, table) =>
  Object.fromEntries(
    Object.entries(table).map(([what, [filter, expected]]) => [
      what,
      async (bench) => {
        await four(bench);
        // A Worker has no clock while it loads.
        const input = typeof filter === "function" ? filter() : filter;
        const verdict = await bench.good(operation, input);
        same(ids(verdict), expected, "ids");
        same(verdict.page.total, input.page === undefined ? expected.length : 3, "total");
      },
    ]),
  );
const local = (shift) => new Date(Date.now() + 3 * 3_600_000 + shift).toISOString().slice(0, 19);
const filters = (all, { amount, currency = "TRY" }) => ({
  everything: [{}, all],
  "by currency": [{ currency }, all],
  "by another currency": [{ currency: "USD" }, []],
  "by state": [{ status: "SUCCESS" }, all],
  "by another state": [{ status: "WAITING" }, []],
  "by time": [() => ({ minCreatedDate: local(-60_000), maxCreatedDate: local(60_000) }), all],
  "by a later time": [() => ({ minCreatedDate: local(60_000) }), []],
  "by amount": [{ minRefundPrice: amount, maxRefundPrice: amount }, all.slice(0, 1)],
  "by id": [{ id: all[0] }, all.slice(0, 1)],
});

export default {
  createRefund: {
    "a cancelled payment, and its id is followed": async (bench) => {
      const input = { ...cancelled(bench), conversationId: "sipariş 1" };
      const { refund } = await bench.good("createRefund", input);
      const given = { id: "1", payment: "1", amount: lira("100.00"), status: "succeeded", kind: "CANCEL" };
      has(refund, given, "refund");
      await bench.booked({ id: "1", amount: "10000", type: "CANCEL", reference: "sipariş 1" });
      has((await bench.good("retrieveRefund", { id: refund.id })).refund, given, "refund, retrieved");
    },
    "a refunded payment, and the ids of its parts are followed": async (bench) => {
      const { paymentId } = bench.payments.yesterday;
      const { refund } = await bench.good("createRefund", { paymentId });
      has(
        refund,
        { id: undefined, payment: "2", amount: lira("100.00"), status: "succeeded", kind: "REFUND" },
        "refund",
      );
      same(refund.parts.length, 2, "parts");
      for (const [index, value] of ["40.00", "60.00"].entries()) {
        const part = refund.parts[index];
        has(part, { amount: lira(value), payment: "2", status: "succeeded" }, "part");
        const { refund: same } = await bench.good("retrieveTransactionRefund", { id: part.id });
        has(same, { id: part.id, amount: lira(value) }, "part, retrieved");
      }
      await bench.booked({ amount: "4000", type: "REFUND_TX" }, { amount: "6000", type: "REFUND_TX" });
    },
    "an id beyond 2^53": async ({ good, booked, payments: { longId } }) => {
      const { refund } = await good("createRefund", { paymentId: longId.paymentId });
      has(refund, { payment: longId.paymentId, amount: lira("50.25") }, "refund");
      await booked({ paymentId: longId.paymentId, amount: "5025", details: { transactionId: LONG } });
    },
    "to the wallet, paid by the merchant": async (bench) => {
      const input = { ...cancelled(bench), refundDestinationType: "WALLET", chargeFromMe: true };
      const { details } = await bench.good("createRefund", input);
      same([details.data.refundWalletPrice, details.data.refundBankPrice], ["100.00000000", "0.00000000"], "prices");
      await bench.booked({ details: { destination: "WALLET" } });
    },
    "the same key and plan again": again("createRefund", cancelled, 1),
    "the same key and plan again, in parts": again(
      "createRefund",
      ({ payments }) => ({ paymentId: payments.yesterday.paymentId }),
      2,
    ),
    "the same key for another payment": async (bench) => {
      await bench.good("createRefund", { ...cancelled(bench), idempotencyKey: "key-1" });
      const other = { paymentId: bench.payments.yesterday.paymentId, idempotencyKey: "key-1" };
      await bench.refused("createRefund", other, { code: "invalid_request" });
    },
    "another key after it was done": async (bench) => {
      await bench.good("createRefund", cancelled(bench));
      await bench.exhausted("createRefund", cancelled(bench), { status: "failed", code: "already_refunded" });
      await bench.booked({ amount: "10000" });
    },
    "in another language": async (bench) => {
      await bench.good("createRefund", cancelled(bench), { settings: { lang: "tr" } });
      same(bench.requests[0].headers.lang, "tr", "lang");
    },
    ...Object.fromEntries(
      ["V1", "v1", "1"].map((authVersion) => [
        `x-auth-version ${authVersion}`,
        async (bench) => {
          await bench.good("createRefund", cancelled(bench), { settings: { authVersion } });
          same(bench.requests[0].headers["x-auth-version"], authVersion, "x-auth-version");
        },
      ]),
    ),
    "a pending one": async ({ run, booked, payments: { pending } }) => {
      const { status, next, refund } = await run("createRefund", { paymentId: pending.paymentId });
      same([status, next, refund.status, refund.providerStatus], ["pending", "wait", "pending", "WAITING"], "verdict");
      await booked({ status: "pending" });
    },
    "a declined one": async (bench) => {
      await bench.fault("declined");
      const { status, next, problem } = await bench.run("createRefund", cancelled(bench));
      same([status, next, problem.code], ["failed", "fix", "declined"], "verdict");
      await bench.booked({ status: "failed" });
    },
    "an unknown payment": async ({ refused }) =>
      refused("createRefund", { paymentId: 999 }, { code: "payment_not_found" }),
    "not captured": async ({ run, booked, payments: { waiting } }) => {
      const { status, next, problem } = await run("createRefund", { paymentId: waiting.paymentId });
      same([status, next, problem.code], ["failed", "fix", "not_refundable"], "verdict");
      await booked();
    },
    "a wrong secret": async (bench) =>
      bench.refused(
        "createRefund",
        cancelled(bench),
        { code: "authentication_failed" },
        { settings: { secretKey: "x" } },
      ),
  },
  refundPaymentTransaction: {
    "in part, and its id is followed": async (bench) => {
      const input = { ...transaction(bench), amount: lira("10.25"), conversationId: "sipariş 1" };
      const { refund } = await bench.good("refundPaymentTransaction", input);
      const given = { id: "1", payment: "2", amount: lira("10.25"), status: "succeeded" };
      has(refund, given, "refund");
      has((await bench.good("retrieveTransactionRefund", { id: "1" })).refund, given, "refund, retrieved");
      await bench.booked({ amount: "1025", reference: "sipariş 1", details: { transactionId: "21" } });
    },
    "the whole, without an amount": async (bench) => {
      const { refund } = await bench.good("refundPaymentTransaction", { paymentTransactionId: first(bench) });
      has(refund, { amount: lira("40.00") }, "refund");
      await bench.booked({ amount: "4000" });
    },
    "an id beyond 2^53": async (bench) => {
      const input = { paymentTransactionId: BigInt(LONG), amount: { minor: 1n, currency: "TRY" } };
      const { details } = await bench.good("refundPaymentTransaction", input);
      same(details.data.paymentTransactionId, LONG, "paymentTransactionId");
      await bench.booked({ amount: "1", details: { transactionId: LONG } });
    },
    "to the wallet": async (bench) => {
      const input = { ...transaction(bench), refundDestinationType: "WALLET", chargeFromMe: false };
      await bench.good("refundPaymentTransaction", input);
      await bench.booked({ details: { destination: "WALLET" } });
    },
    "the same key and plan again": again("refundPaymentTransaction", transaction, 1),
    "too much": async (bench) => {
      const input = { ...transaction(bench), amount: lira("40.01") };
      await bench.exhausted("refundPaymentTransaction", input, { status: "failed", code: "already_refunded" });
      await bench.booked();
    },
    "an unknown transaction": async ({ refused }) =>
      refused("refundPaymentTransaction", { paymentTransactionId: 999 }, { code: "payment_not_found" }),
  },
  retrieveRefund: {
    "one refund": async (bench) => {
      await four(bench);
      const { refund } = await bench.good("retrieveRefund", { id: 1n });
      has(refund, { id: "1", payment: "1", amount: lira("100.00"), kind: "CANCEL", status: "succeeded" }, "refund");
    },
    "before and after it is settled": async ({ run, good, settle, payments: { pending } }) => {
      const { refund } = await run("createRefund", { paymentId: pending.paymentId });
      const read = async () => (await good("retrieveRefund", { id: refund.id })).refund.status;
      same(await read(), "pending", "before");
      await settle(refund.id, "succeeded");
      same(await read(), "succeeded", "after");
    },
    "an unknown refund": async ({ run }) => {
      const { status, next, problem } = await run("retrieveRefund", { id: 999 });
      same([status, next], ["rejected", "fix"], "verdict");
      ok(["payment_not_found", "refund_not_found"].includes(problem.code), problem.code);
    },
  },
  retrieveTransactionRefund: {
    "one refund": async (bench) => {
      await four(bench);
      const { refund } = await bench.good("retrieveTransactionRefund", { id: "4" });
      has(refund, { id: "4", payment: "9007199254740993", amount: lira("10.25"), status: "succeeded" }, "refund");
    },
    "a payment refund's id": async (bench) => {
      await four(bench);
      same((await bench.run("retrieveTransactionRefund", { id: "1" })).status, "rejected", "status");
    },
  },
  markAsRefunded: {
    "every part of a payment": async (bench) => {
      const { paymentId } = bench.payments.yesterday;
      const verdict = await bench.good("markAsRefunded", { paymentId, conversationId: "sipariş 1" });
      const marked = { type: "REFUND_TX", status: "succeeded", reference: "sipariş 1", details: { marked: true } };
      await bench.booked({ ...marked, amount: "4000" }, { ...marked, amount: "6000" });
      const found = verdict.refunds ?? verdict.refund.parts;
      same(
        found.map(({ id, amount }) => `${id} ${amount.value}`),
        ["1 40.00", "2 60.00"],
        "refunds",
      );
    },
    "the same key and plan again": again("markAsRefunded", cancelled, 2),
  },
  markTransactionAsRefunded: {
    "an amount": async (bench) => {
      const { refund } = await bench.good("markTransactionAsRefunded", transaction(bench));
      has(refund, { id: "1", payment: "2", amount: lira("10.00"), status: "succeeded" }, "refund");
      await bench.booked({ amount: "1000", details: { marked: true, transactionId: "21" } });
    },
    "the same key and plan again": again("markTransactionAsRefunded", transaction, 1),
  },
  refundWaitingPayment: {
    "one that waits": async ({ good, booked, payments: { waiting } }) => {
      const { refund } = await good("refundWaitingPayment", { paymentId: waiting.paymentId });
      has(refund, { status: "succeeded", providerStatus: "SUCCESS" }, "refund");
      await booked({ paymentId: "5", amount: "10000" });
    },
    "the same key and plan again": again(
      "refundWaitingPayment",
      ({ payments }) => ({ paymentId: payments.waiting.paymentId }),
      1,
    ),
    "one that does not wait": async (bench) => {
      const { status, problem } = await bench.run("refundWaitingPayment", cancelled(bench));
      same([status, problem.code], ["failed", "not_refundable"], "verdict");
      await bench.booked();
    },
  },
  listPaymentRefunds: {
    "those of one payment": async (bench) => {
      await four(bench);
      const verdict = await bench.good("listPaymentRefunds", { paymentId: 2 });
      same(ids(verdict), ["3", "2"], "ids");
      has(verdict.refunds[1], { payment: "2", status: "succeeded", amount: undefined }, "refund");
      same(verdict.details.data.items[1].refundPrice, "40.00000000", "refundPrice");
    },
    "none yet": async (bench) => same(ids(await bench.good("listPaymentRefunds", cancelled(bench))), [], "ids"),
    "an unknown payment": async ({ refused }) =>
      refused("listPaymentRefunds", { paymentId: 999 }, { code: "payment_not_found" }),
  },
  listTransactionRefunds: {
    "those of one transaction": async (bench) => {
      await four(bench);
      const { paymentId, paymentTransactionIds } = bench.payments.yesterday;
      const input = { paymentId, paymentTransactionId: paymentTransactionIds[1] };
      const verdict = await bench.good("listTransactionRefunds", input);
      same(ids(verdict), ["3"], "ids");
      has(verdict.refunds[0], { payment: "2", status: "succeeded" }, "refund");
    },
    "of another payment": async (bench) => {
      const paymentTransactionId = first(bench);
      const input = { ...cancelled(bench), paymentTransactionId };
      await bench.refused("listTransactionRefunds", input, { code: "payment_not_found" });
    },
  },
  searchRefunds: searches("searchRefunds", {
    ...filters(["1"], { amount: "100" }),
    "by payment": [{ paymentId: 1 }, ["1"]],
    "by conversation": [{ conversationId: "sipariş 1" }, ["1"]],
    "by another conversation": [{ conversationId: "sipariş 1&status=X" }, []],
  }),
  searchTransactionRefunds: searches("searchTransactionRefunds", {
    ...filters(["4", "3", "2"], { amount: "10.25" }),
    "by payment": [{ paymentId: "9007199254740993" }, ["4"]],
    "by transaction": [{ paymentTransactionId: LONG }, ["4"]],
    "by conversation": [{ conversationId: "sipariş 2" }, ["3", "2"]],
    "by settlement": [{ isAfterSettlement: true }, ["4", "3", "2"]],
    "before settlement": [{ isAfterSettlement: false }, []],
    "the first page": [{ page: 0, size: 2 }, ["4", "3"]],
    "the last page": [{ page: 1, size: 2 }, ["2"]],
  }),
  refundWalletTransaction: {
    "in part": async (bench) => {
      const { refund } = await bench.good("refundWalletTransaction", wallet(bench));
      has(refund, { id: "1", status: "succeeded", providerStatus: "SUCCESS" }, "refund");
      await bench.booked({ paymentId: "6", amount: "1000", type: "WALLET" });
    },
    "the same key and plan again": again("refundWalletTransaction", wallet, 1),
    "a declined one": async (bench) => {
      await bench.fault("declined");
      const { status, next, problem } = await bench.run("refundWalletTransaction", wallet(bench));
      same([status, next, problem.code], ["failed", "fix", "declined"], "verdict");
      await bench.booked({ status: "failed" });
    },
  },
  walletRefundableAmount: {
    "before and after": async (bench) => {
      const { walletTransactionId } = bench.payments.wallet;
      const left = async () =>
        (await bench.good("walletRefundableAmount", { walletTransactionId })).details.data.refundableAmount;
      same(await left(), "100.00000000", "before");
      await bench.good("refundWalletTransaction", wallet(bench));
      same(await left(), "90.00000000", "after");
    },
    "an unknown transaction": async ({ refused }) =>
      refused("walletRefundableAmount", { walletTransactionId: 999 }, { code: "payment_not_found" }),
  },
  listWalletRefunds: {
    "those of one transaction": async (bench) => {
      await bench.good("refundWalletTransaction", wallet(bench));
      const { walletTransactionId } = bench.payments.wallet;
      const verdict = await bench.good("listWalletRefunds", { walletTransactionId });
      same(ids(verdict), ["1"], "ids");
      has(verdict.refunds[0], { status: "succeeded" }, "refund");
    },
  },
};
