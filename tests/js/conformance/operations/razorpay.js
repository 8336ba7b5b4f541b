// Razorpay's operations: `{ operation: { what: async (bench) => … } }`.

import { has, ok, same } from "../assert.js";

const inr = (value) => ({ value, currency: "INR" });
const KEY = "refund-key-0001";
/** Every listing begins from three refunds, of which the last is another payment's. */
const THREE = ["100.00", "200.00", "300.00"];

async function three({ good, payments: { standard, noInstant } }) {
  for (const [index, value] of THREE.entries()) {
    const { paymentId } = index < 2 ? standard : noInstant;
    await good("createRefund", { paymentId, amount: inr(value), receipt: `r-${index + 1}` });
  }
}

const values = ({ refunds }) => refunds.map(({ amount }) => amount.value);
const seconds = (shift) => Math.floor(Date.now() / 1000) + shift;

/** The same for both lists. `input` names the payment where one is needed, `all` is what is there, newest first. */
const listing = (operation, input, all) => ({
  "newest first, each normalized": async (bench) => {
    await three(bench);
    const verdict = await bench.good(operation, input(bench));
    same(values(verdict), all, "amounts");
    const first = { reference: `r-${all.length}`, status: "succeeded", providerStatus: "processed", kind: "normal" };
    has(verdict.refunds[0], { ...first, amount: inr(all[0]) }, "first refund");
  },
  "page by page": async (bench) => {
    await three(bench);
    const pages = [];
    for (const skip of all.keys()) {
      pages.push(...values(await bench.good(operation, { ...input(bench), count: 1, skip })));
    }
    same(pages, all, "amounts");
    const beyond = await bench.good(operation, { ...input(bench), count: 1, skip: all.length });
    same(values(beyond), [], "the page after the last");
  },
  "from and to": async (bench) => {
    await three(bench);
    const list = async (period) => values(await bench.good(operation, { ...input(bench), ...period }));
    same(await list({ from: seconds(-60), to: seconds(60) }), all, "around now");
    same(await list({ from: seconds(60) }), [], "from later on");
    same(await list({ to: seconds(-60) }), [], "up to earlier");
  },
  "none yet": async (bench) => {
    const verdict = await bench.good(operation, input(bench));
    same(verdict.refunds, [], "refunds");
    await bench.booked();
  },
});

export default {
  createRefund: {
    "in full, without an amount": async ({ good, booked, payments: { standard } }) => {
      const { refund } = await good("createRefund", { paymentId: standard.paymentId });
      same(refund.id, "rfnd_Sandbox0000001", "id");
      const given = { payment: standard.paymentId, amount: standard.amount, status: "succeeded", kind: "normal" };
      has(refund, { ...given, reference: undefined, providerStatus: "processed" }, "refund");
      await booked({ amount: "500100", currency: "INR", status: "succeeded", type: "normal" });
    },
    "in part, with receipt and notes": async ({ good, booked, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("10.5"), receipt: "r-1", notes: { why: "ırmak" } };
      const { refund, details } = await good("createRefund", input);
      has(refund, { reference: "r-1", amount: inr("10.50") }, "refund");
      same(details.notes, { why: "ırmak" }, "notes");
      await booked({ amount: "1050", reference: "r-1" });
    },
    "the amount as text": async ({ plan, good, booked, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("100"), amountAs: "string" };
      same(JSON.parse(plan("createRefund", input).body), { amount: "10000" }, "body");
      has((await good("createRefund", input)).refund, { amount: inr("100.00") }, "refund");
      await booked({ amount: "10000" });
    },
    "at normal speed": async ({ good, booked, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("100"), speed: "normal" };
      has((await good("createRefund", input)).refund, { kind: "normal" }, "refund");
      await booked({ type: "normal" });
    },
    instant: async ({ good, booked, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("100"), speed: "optimum" };
      has((await good("createRefund", input)).refund, { kind: "instant", status: "succeeded" }, "refund");
      await booked({ type: "optimum", status: "succeeded" });
    },
    "instant, where the bank knows only normal": async ({ good, booked, payments: { noInstant } }) => {
      const input = { paymentId: noInstant.paymentId, amount: inr("100"), speed: "optimum" };
      has((await good("createRefund", input)).refund, { kind: "normal", status: "succeeded" }, "refund");
      await booked({ type: "optimum", status: "succeeded" });
    },
    "three decimals, the last of them zero": async ({ good, booked, payments: { kuwait } }) => {
      const { refund } = await good("createRefund", { paymentId: kuwait.paymentId, amount: kuwait.amount });
      has(refund, { amount: { value: "99.990", currency: "KWD" } }, "refund");
      await booked({ amount: "99990", currency: "KWD" });
    },
    ...Object.fromEntries(
      ["normal", "optimum"].map((speed) => [
        `the same key and plan again, ${speed}`,
        async ({ plan, sendPlan, booked, payments: { standard } }) => {
          const input = { paymentId: standard.paymentId, amount: inr("100"), speed, idempotencyKey: KEY };
          const stored = JSON.parse(JSON.stringify(plan("createRefund", input)));
          const [first, second] = [await sendPlan(stored), await sendPlan(stored)];
          same(second, first, "the second verdict");
          has(first, { status: "succeeded", next: "done" }, "verdict");
          await booked({ idempotencyKey: KEY, amount: "10000", type: speed });
        },
      ]),
    ),
    "the same key with another payload": async ({ good, refused, booked, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("100"), idempotencyKey: KEY };
      await good("createRefund", input);
      await refused("createRefund", { ...input, amount: inr("200") }, { code: "idempotency_conflict" });
      await booked({ amount: "10000" });
    },
    "the same key while the first is running": async ({ plan, sendPlan, fault, booked, payments: { standard } }) => {
      await fault("in-progress");
      const stored = plan("createRefund", { paymentId: standard.paymentId, amount: inr("100") });
      const { status, next, problem } = await sendPlan(stored);
      same([status, next, problem.code], ["unknown", "retry", "in_progress"], "verdict");
      has(await sendPlan(stored), { status: "succeeded" }, "the same plan again");
      await booked({ idempotencyKey: stored.idempotencyKey });
    },
    "with all transfers reversed": async ({ good, booked, payments: { route } }) => {
      await good("createRefund", { paymentId: route.paymentId, reverseAll: true });
      await booked({ amount: "100000", details: { reversed: ["acc_Sandbox000000A", "acc_Sandbox000000B"] } });
    },
    "with no transfer reversed": async ({ good, booked, payments: { route } }) => {
      await good("createRefund", { paymentId: route.paymentId, amount: inr("10"), reverseAll: false });
      await booked({ amount: "1000", details: { reversed: [] } });
    },
    // That it is refused is documented, its words are not: such a refusal may be an earlier attempt's trace.
    "a part with all transfers reversed": async ({ doubted, payments: { route } }) => {
      const input = { paymentId: route.paymentId, amount: inr("10"), reverseAll: true };
      await doubted("createRefund", input, "unrecognized_answer");
    },
    "by OAuth": async ({ good, booked, allCredentials, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("100") };
      const { refund } = await good("createRefund", input, { credentials: allCredentials.razorpayOAuth });
      has(refund, { payment: standard.paymentId, amount: inr("100.00") }, "refund");
      await booked({ amount: "10000" });
    },
    "a partner for an account": async ({ good, booked, refused, allCredentials, payments: { partner } }) => {
      const how = { credentials: allCredentials.razorpayPartner };
      const { refund } = await good("createRefund", { paymentId: partner.paymentId, amount: inr("100") }, how);
      has(refund, { payment: partner.paymentId, amount: inr("100.00") }, "refund");
      await booked({ paymentId: partner.paymentId, amount: "10000", details: { account: "acc_Sandbox0000002" } });
      // Without the account the payment is somebody else's.
      await refused("createRefund", { paymentId: partner.paymentId }, { code: "payment_not_found" });
    },
    "a pending one": async ({ run, booked, payments: { pending } }) => {
      const verdict = await run("createRefund", { paymentId: pending.paymentId, receipt: "r-1" });
      has(verdict, { status: "pending", next: "wait" }, "verdict");
      has(verdict.refund, { status: "pending", providerStatus: "pending", reference: "r-1" }, "refund");
      await booked({ status: "pending" });
    },
    "a declined one": async ({ run, fault, booked, payments: { standard } }) => {
      await fault("declined");
      const { status, next, problem, refund } = await run("createRefund", { paymentId: standard.paymentId });
      same([status, next, problem.code, refund.status], ["failed", "fix", "declined", "failed"], "verdict");
      await booked({ status: "failed" });
    },
    "too much": async ({ refused, payments: { standard } }) =>
      refused("createRefund", { paymentId: standard.paymentId, amount: inr("5001.01") }, { code: "amount_exceeded" }),
    "too little": async ({ refused, payments: { standard } }) =>
      refused("createRefund", { paymentId: standard.paymentId, amount: inr("0.99") }, { code: "invalid_amount" }),
    "not captured": async ({ exhausted, payments: { authorized } }) => {
      const expected = { status: "rejected", code: "not_refundable" };
      await exhausted("createRefund", { paymentId: authorized.paymentId }, expected);
    },
    "an unknown payment": async ({ refused }) =>
      refused("createRefund", { paymentId: "pay_AAAAAAAAAAAAAA" }, { code: "payment_not_found" }),
    "everything was refunded by another": async ({ good, exhausted, booked, payments: { standard } }) => {
      await good("createRefund", { paymentId: standard.paymentId });
      const expected = { status: "rejected", code: "already_refunded" };
      await exhausted("createRefund", { paymentId: standard.paymentId }, expected);
      await booked({ amount: "500100" });
    },
    "a wrong key": async ({ refused, payments: { standard } }) => {
      const settings = { keySecret: "wrong" };
      await refused("createRefund", { paymentId: standard.paymentId }, { code: "authentication_failed" }, { settings });
    },
    "a wrong token": async ({ refused, allCredentials, payments: { standard } }) => {
      const credentials = { ...allCredentials.razorpayOAuth, oauthToken: "expired" };
      const expected = { next: "reauthenticate", code: "token_invalid" };
      await refused("createRefund", { paymentId: standard.paymentId }, expected, { credentials });
    },
  },
  createRefundByPaymentId: {
    "in full, without an amount": async ({ plan, good, booked, payments: { standard } }) => {
      const { paymentId } = standard;
      const { path, body } = plan("createRefundByPaymentId", { paymentId });
      same([path, JSON.parse(body)], ["/v1/refunds", { payment_id: paymentId }], "request");
      const { refund } = await good("createRefundByPaymentId", { paymentId });
      has(refund, { payment: paymentId, amount: standard.amount, status: "succeeded", kind: "normal" }, "refund");
      await booked({ paymentId, amount: "500100", currency: "INR", status: "succeeded" });
    },
    "in part, instant, with receipt and notes": async ({ good, booked, payments: { standard } }) => {
      const { paymentId } = standard;
      const input = { paymentId, amount: inr("10.5"), speed: "optimum", receipt: "r-1", notes: { why: "ırmak" } };
      const { refund, details } = await good("createRefundByPaymentId", input);
      has(refund, { reference: "r-1", amount: inr("10.50"), kind: "instant" }, "refund");
      same(details.notes, { why: "ırmak" }, "notes");
      await booked({ amount: "1050", reference: "r-1", type: "optimum" });
    },
    "with all transfers reversed": async ({ good, booked, payments: { route } }) => {
      await good("createRefundByPaymentId", { paymentId: route.paymentId, reverseAll: true });
      await booked({ amount: "100000", details: { reversed: ["acc_Sandbox000000A", "acc_Sandbox000000B"] } });
    },
    // Nothing documents the key here, and the sandbox does not recognize it: only the receipt stops a second refund.
    "the same plan again": async ({ plan, sendPlan, booked, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("100"), receipt: "r-1" };
      const stored = JSON.parse(JSON.stringify(plan("createRefundByPaymentId", input)));
      has(await sendPlan(stored), { status: "succeeded", next: "done" }, "verdict");
      const { status, next, problem } = await sendPlan(stored);
      same([status, next, problem.code], ["unknown", "query", "duplicate_reference"], "the second verdict");
      await booked({ amount: "10000", reference: "r-1", idempotencyKey: undefined });
    },
    "a pending one": async ({ run, booked, payments: { pending } }) => {
      const verdict = await run("createRefundByPaymentId", { paymentId: pending.paymentId });
      has(verdict, { status: "pending", next: "wait" }, "verdict");
      await booked({ status: "pending" });
    },
    "a declined one": async ({ run, fault, booked, payments: { standard } }) => {
      await fault("declined");
      const { status, next, problem } = await run("createRefundByPaymentId", { paymentId: standard.paymentId });
      same([status, next, problem.code], ["failed", "fix", "declined"], "verdict");
      await booked({ status: "failed" });
    },
    "too much": async ({ refused, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, amount: inr("5001.01") };
      await refused("createRefundByPaymentId", input, { code: "amount_exceeded" });
    },
    "everything was refunded by another": async ({ good, exhausted, payments: { standard } }) => {
      await good("createRefund", { paymentId: standard.paymentId });
      const expected = { status: "rejected", code: "already_refunded" };
      await exhausted("createRefundByPaymentId", { paymentId: standard.paymentId }, expected);
    },
    "an unknown payment": async ({ refused }) =>
      refused("createRefundByPaymentId", { paymentId: "pay_AAAAAAAAAAAAAA" }, { code: "payment_not_found" }),
  },
  createReversal: {
    "in full, without an amount": async ({ plan, good, booked, payments: { transfer } }) => {
      const { transferId } = transfer;
      const { path, body } = plan("createReversal", { transferId });
      same([path, body], [`/v1/transfers/${transferId}/reversals`, "{}"], "request");
      const { refund } = await good("createReversal", { transferId });
      has(refund, { payment: transferId, amount: transfer.amount, status: "succeeded" }, "refund");
      await booked({ paymentId: transferId, amount: "50000", currency: "INR", status: "succeeded" });
    },
    "in part, with notes": async ({ good, booked, payments: { transfer } }) => {
      const input = { transferId: transfer.transferId, amount: inr("1.5"), notes: { branch: "ırmak" } };
      const { refund, details } = await good("createReversal", input);
      has(refund, { id: "rvrsl_Sandbox0000001", amount: inr("1.50") }, "refund");
      same(details.notes, { branch: "ırmak" }, "notes");
      await booked({ amount: "150" });
    },
    // Razorpay documents nothing that would recognize it: the list tells, and a person decides.
    "the same plan again is a second reversal": async ({ plan, sendPlan, run, payments: { transfer } }) => {
      const { transferId } = transfer;
      const stored = JSON.parse(JSON.stringify(plan("createReversal", { transferId, amount: inr("10") })));
      ok(stored.idempotencyKey === undefined, "it has a key");
      for (const _ of [1, 2]) has(await sendPlan(stored), { status: "succeeded", next: "done" }, "verdict");
      const { refunds } = await run("listReversals", { transferId });
      same(
        refunds.map(({ amount }) => amount.value),
        ["10.00", "10.00"],
        "amounts",
      );
    },
    // An earlier reversal of this very plan may be why so little is left: nothing would recognize it.
    "too much": async ({ doubted, payments: { transfer } }) => {
      const input = { transferId: transfer.transferId, amount: inr("500.01") };
      await doubted("createReversal", input, "amount_exceeded");
    },
    "everything was reversed by another": async ({ good, doubted, payments: { transfer } }) => {
      await good("createReversal", { transferId: transfer.transferId });
      await doubted("createReversal", { transferId: transfer.transferId }, "amount_exceeded");
    },
    "an unknown transfer": async ({ refused }) =>
      refused("createReversal", { transferId: "trf_AAAAAAAAAAAAAA" }, { code: "payment_not_found" }),
  },
  listReversals: {
    "of none and of two": async ({ good, payments: { transfer } }) => {
      const { transferId } = transfer;
      same((await good("listReversals", { transferId })).refunds, [], "none");
      for (const value of ["1", "2"]) await good("createReversal", { transferId, amount: inr(value) });
      const { refunds } = await good("listReversals", { transferId });
      same(
        refunds.map(({ amount, status, payment }) => [amount.value, status, payment]),
        [
          ["2.00", "succeeded", transferId],
          ["1.00", "succeeded", transferId],
        ],
        "reversals",
      );
    },
    "an unknown transfer": async ({ refused }) =>
      refused("listReversals", { transferId: "trf_AAAAAAAAAAAAAA" }, { code: "payment_not_found" }),
  },
  listPaymentRefunds: {
    ...listing("listPaymentRefunds", ({ payments }) => ({ paymentId: payments.standard.paymentId }), [
      "200.00",
      "100.00",
    ]),
    "an unknown payment": async ({ refused }) =>
      refused("listPaymentRefunds", { paymentId: "pay_AAAAAAAAAAAAAA" }, { code: "payment_not_found" }),
    "by a partner, for an account": async ({ good, allCredentials, payments: { partner } }) => {
      const how = { credentials: allCredentials.razorpayPartner };
      await good("createRefund", { paymentId: partner.paymentId, amount: inr("100") }, how);
      const { refunds } = await good("listPaymentRefunds", { paymentId: partner.paymentId }, how);
      same(refunds.length, 1, "refunds");
    },
  },
  listRefunds: {
    ...listing("listRefunds", () => ({}), [...THREE].reverse()),
    "ten where nothing is said": async ({ good, payments: { standard } }) => {
      for (let index = 0; index < 11; index++) {
        await good("createRefund", { paymentId: standard.paymentId, amount: inr("1") });
      }
      const sizes = [];
      for (const input of [{}, { count: 11 }, { count: 100 }])
        sizes.push((await good("listRefunds", input)).refunds.length);
      same(sizes, [10, 11, 11], "sizes");
    },
  },
  fetchRefund: {
    "one refund": async (bench) => {
      await three(bench);
      const { refund } = await bench.good("fetchRefund", { refundId: "rfnd_Sandbox0000002" });
      has(
        refund,
        { id: "rfnd_Sandbox0000002", reference: "r-2", amount: inr("200.00"), status: "succeeded" },
        "refund",
      );
      same(refund.payment, bench.payments.standard.paymentId, "payment");
      ok(Math.abs(Date.parse(refund.createdAt) - Date.now()) < 60_000, `createdAt: ${refund.createdAt}`);
    },
    "before and after it is settled": async ({ run, good, settle, payments: { pending } }) => {
      const { refund } = await run("createRefund", { paymentId: pending.paymentId });
      const read = async () => (await good("fetchRefund", { refundId: refund.id })).refund.status;
      same(await read(), "pending", "before");
      await settle(refund.id, "failed");
      same(await read(), "failed", "after");
    },
    "an unknown refund": async ({ refused }) =>
      refused("fetchRefund", { refundId: "rfnd_AAAAAAAAAAAAAA" }, { code: "refund_not_found" }),
  },
  fetchPaymentRefund: {
    "one refund": async (bench) => {
      await three(bench);
      const { paymentId } = bench.payments.noInstant;
      const { refund } = await bench.good("fetchPaymentRefund", { paymentId, refundId: "rfnd_Sandbox0000003" });
      has(refund, { id: "rfnd_Sandbox0000003", payment: paymentId, amount: inr("300.00") }, "refund");
    },
    "of another payment": async (bench) => {
      await three(bench);
      const { paymentId } = bench.payments.standard;
      const { status, problem } = await bench.run("fetchPaymentRefund", { paymentId, refundId: "rfnd_Sandbox0000003" });
      same(status, "rejected", "status");
      ok(["payment_not_found", "refund_not_found"].includes(problem.code), problem.code);
    },
  },
  updateRefund: {
    "new notes": async (bench) => {
      await three(bench);
      const notes = { first: "1", "ikinci not": "çok" };
      const { refund, details } = await bench.good("updateRefund", { refundId: "rfnd_Sandbox0000001", notes });
      has(
        refund,
        { id: "rfnd_Sandbox0000001", reference: "r-1", amount: inr("100.00"), status: "succeeded" },
        "refund",
      );
      same(details.notes, notes, "notes");
      const later = await bench.good("fetchRefund", { refundId: "rfnd_Sandbox0000001" });
      same(later.details.notes, notes, "notes, fetched");
      has((await bench.ledger())[0], { amount: "10000", status: "succeeded" }, "ledger");
    },
    "of an unknown refund": async ({ refused }) =>
      refused("updateRefund", { refundId: "rfnd_AAAAAAAAAAAAAA", notes: { a: "b" } }, { code: "refund_not_found" }),
  },
};
