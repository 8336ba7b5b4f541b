// PayerMax's operations: `{ operation: { what: async (bench) => … } }`.

import { has, same } from "../assert.js";
import { tokenCases } from "./snap.js";

const idr = (value) => ({ value, currency: "IDR" });
const FIRST = "REF000000001";
const input = ({ payments: { standard } }) => ({
  merchantId: standard.merchantId,
  originalPartnerReferenceNo: standard.originalPartnerReferenceNo,
  partnerRefundNo: "refund-1",
  amount: standard.amount,
});
const statusInput = ({ payments: { standard } }) => ({
  merchantId: standard.merchantId,
  originalPartnerReferenceNo: standard.originalPartnerReferenceNo,
});

/** A case that needs the sandbox to have other rules. */
const under = (rules, run) => Object.assign(run, { sandbox: { rules } });

/** A refund in full, signed in another way. */
const signedBy = (settings) => async (bench) => {
  const { refund } = await bench.good("createRefund", input(bench), { settings, key: await bench.registeredKey() });
  has(refund, { id: FIRST, reference: "refund-1", status: "succeeded" }, "refund");
  await bench.booked({ reference: "refund-1", amount: "1000000" });
};

const written = (amountFormat, value) => async (bench) => {
  const asked = { ...input(bench), amountFormat };
  same(JSON.parse(bench.plan("createRefund", asked).body).refundAmount.value, value, "refundAmount.value");
  has((await bench.good("createRefund", asked)).refund, { amount: idr("10000.00") }, "refund");
  await bench.booked({ amount: "1000000" });
};

export default {
  requestAccessToken: {
    ...tokenCases({
      expiresInSeconds: 3600,
      grantTypes: [undefined, "client_credentials"],
      refund: (bench, settings) => bench.good("createRefund", input(bench), { settings }),
    }),
    "with the header sign": async (bench) => {
      const key = await bench.registeredKey();
      await bench.good("requestAccessToken", {}, { key, settings: { signHeader: true } });
      same(typeof bench.requests[0].headers.sign, "string", "the header sign");
    },
  },
  createRefund: {
    "in full": async (bench) => {
      const { refund } = await bench.good("createRefund", input(bench));
      const given = { id: FIRST, reference: "refund-1", amount: idr("10000.00"), status: "succeeded" };
      has(refund, { ...given, payment: bench.payments.standard.originalPartnerReferenceNo }, "refund");
      await bench.booked({ reference: "refund-1", amount: "1000000", status: "succeeded" });
    },
    "in part, with every field": async (bench) => {
      const more = {
        originalReferenceNo: bench.payments.standard.originalReferenceNo,
        originalExternalId: "external-1",
        subMerchantId: "sub-1",
        externalStoreID: "store 1",
        reason: 'rusak\n"cacat"  ganda',
        refundNotifyUrl: "https://merchant.example/notify?a=1",
      };
      const asked = { ...input(bench), ...more, amount: { minor: 100_000n, currency: "IDR" } };
      const { refund, details } = await bench.good("createRefund", asked);
      has(refund, { amount: idr("1000.00") }, "refund");
      same(details.originalExternalId, "external-1", "originalExternalId");
      const kept = { reason: more.reason, notifyUrl: more.refundNotifyUrl };
      await bench.booked({ amount: "100000", details: kept });
    },
    "amount with decimals": written("decimals", "10000.00"),
    "amount without decimals": written("integer", "10000"),
    "amount as a number": written("number", 10_000),
    "the same plan again": async (bench) => {
      const stored = JSON.parse(JSON.stringify(bench.plan("createRefund", input(bench))));
      const [first, second] = [await bench.sendPlan(stored), await bench.sendPlan(stored)];
      same(second, first, "the second verdict");
      await bench.booked({ reference: "refund-1" });
    },
    "the same number with another amount": async (bench) => {
      await bench.good("createRefund", { ...input(bench), amount: idr("1000") });
      await bench.doubted("createRefund", { ...input(bench), amount: idr("2000") }, "idempotency_conflict");
    },
    "an HMAC key outside the module": async (bench) => {
      await bench.good("createRefund", input(bench), { key: await bench.secretKey("HMAC-SHA512") });
      await bench.booked({ amount: "1000000" });
    },
    asymmetric: under({ asymmetricSnap: true }, signedBy({ signatureMethod: "asymmetric" })),
    "symmetric, with the header sign": under({ requireSign: true }, signedBy({ signHeader: true })),
    "asymmetric, with the header sign": under(
      { asymmetricSnap: true, requireSign: true },
      signedBy({ signatureMethod: "asymmetric", signHeader: true }),
    ),
    "without the header sign where it is wanted": under({ requireSign: true }, async (bench) =>
      bench.refused("createRefund", input(bench), { code: "invalid_request" }),
    ),
    "a signature in hex, which this server does not take": async (bench) => {
      const settings = { signatureEncoding: "hex" };
      await bench.refused("createRefund", input(bench), { code: "authentication_failed" }, { settings });
    },
    "a pending one": async (bench) => {
      const { pending } = bench.payments;
      const { originalPartnerReferenceNo, originalReferenceNo, merchantId, amount } = pending;
      const asked = { originalPartnerReferenceNo, originalReferenceNo, merchantId, partnerRefundNo: "p-1", amount };
      const { status, next, refund } = await bench.run("createRefund", asked);
      same([status, next, refund.status, refund.providerStatus], ["pending", "wait", "pending", "03"], "verdict");
      await bench.booked({ reference: "p-1", status: "pending" });
    },
    "a declined one": async (bench) => {
      await bench.fault("declined");
      const { status, next, problem, refund } = await bench.run("createRefund", input(bench));
      same([status, next, problem.code, refund.status], ["failed", "fix", "declined", "failed"], "verdict");
      await bench.booked({ status: "failed" });
    },
    "too much": async (bench) =>
      bench.doubted("createRefund", { ...input(bench), amount: idr("10001") }, "invalid_amount"),
    "an unknown payment": async (bench) => {
      const wrong = { ...input(bench), originalPartnerReferenceNo: "NONE" };
      await bench.refused("createRefund", wrong, { code: "payment_not_found" });
    },
    "an expired token": async (bench) => {
      const expected = { next: "reauthenticate", code: "token_invalid" };
      await bench.refused("createRefund", input(bench), expected, { settings: { accessToken: "expired" } });
    },
    "a wrong secret": async (bench) => {
      const settings = { clientSecret: "wrong" };
      await bench.refused("createRefund", input(bench), { code: "authentication_failed" }, { settings });
    },
  },
  queryStatus: {
    "before, between and after": async (bench) => {
      const ask = async () => (await bench.good("queryStatus", statusInput(bench))).details.latestTransactionStatus;
      const seen = [await ask()];
      for (const [number, value] of Object.entries({ "r-1": "4000", "r-2": "6000" })) {
        await bench.good("createRefund", { ...input(bench), partnerRefundNo: number, amount: idr(value) });
        seen.push(await ask());
      }
      same(seen, ["00", "00", "04"], "latestTransactionStatus");
    },
    "the refunds of the payment": async (bench) => {
      for (const [number, value] of Object.entries({ "r-1": "4000", "r-2": "6000" })) {
        await bench.good("createRefund", { ...input(bench), partnerRefundNo: number, amount: idr(value) });
      }
      const { refunds } = await bench.good("queryStatus", statusInput(bench));
      same(
        refunds.map(({ reference, amount }) => `${reference} ${amount.value}`),
        ["r-2 6000.00", "r-1 4000.00"],
        "refunds",
      );
      has(refunds[1], { id: FIRST, status: "succeeded" }, "refund");
    },
    "one refund, by service code 58": async (bench) => {
      await bench.good("createRefund", input(bench));
      const asked = { ...statusInput(bench), originalPartnerReferenceNo: "refund-1", serviceCode: "58" };
      const { details } = await bench.good("queryStatus", asked);
      has(details, { serviceCode: "58", latestTransactionStatus: "00", originalReferenceNo: FIRST }, "details");
    },
    "asymmetric, with the header sign": under({ asymmetricSnap: true, requireSign: true }, async (bench) => {
      const settings = { signatureMethod: "asymmetric", signHeader: true };
      await bench.good("queryStatus", statusInput(bench), { settings, key: await bench.registeredKey() });
    }),
    "an unknown payment": async (bench) => {
      const wrong = { ...statusInput(bench), originalPartnerReferenceNo: "NONE" };
      await bench.refused("queryStatus", wrong, { code: "payment_not_found" });
    },
  },
};
