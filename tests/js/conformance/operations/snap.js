// What the three SNAP providers have in common: the token call and what is signed with its token.

import { has, ok, same } from "../assert.js";

/** The cases of `requestAccessToken`. `refund` makes a refund with the settings that it is given. */
export function tokenCases({ expiresInSeconds, grantTypes, refund }) {
  return {
    ...Object.fromEntries(
      grantTypes.map((grantType) => [
        `grantType ${grantType ?? "left out"}, and a refund with the token`,
        async (bench) => {
          const key = await bench.registeredKey();
          const { accessToken, details } = await bench.good("requestAccessToken", grantType ? { grantType } : {}, {
            key,
          });
          same(accessToken.expiresInSeconds, expiresInSeconds, "expiresInSeconds");
          ok(!JSON.stringify(details).includes(accessToken.token), "the token stands outside of details only");
          ok(accessToken.token !== bench.credentials.accessToken, "a new token");
          await refund(bench, { accessToken: accessToken.token });
          same((await bench.ledger()).length, 1, "refunds in the ledger");
          same(bench.requests.at(-1).headers.Authorization, `Bearer ${accessToken.token}`, "Authorization");
        },
      ]),
    ),
    "a key that is not registered": async (bench) => {
      const key = await bench.unregisteredKey();
      await bench.refused("requestAccessToken", {}, { code: "authentication_failed" }, { key });
    },
    "any function signs": async (bench) => {
      const key = await bench.registeredKey();
      const algorithms = [];
      const signer = async (message, algorithm) => {
        algorithms.push(algorithm);
        return new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, message));
      };
      const { accessToken } = await bench.good("requestAccessToken", {}, { key: signer });
      has(accessToken, { expiresInSeconds }, "token");
      same(algorithms, ["RSASSA-PKCS1-v1_5-SHA256"], "algorithms");
    },
    "the module signs no token call": async (bench) => {
      try {
        await bench.run("requestAccessToken", {});
      } catch (error) {
        same(error.code, "signed_outside", "code");
        return bench.good("requestAccessToken", {}, { key: await bench.registeredKey() });
      }
      throw new Error("it was signed");
    },
  };
}

/** What every SNAP refund shares. `input` is that of a good refund, `declined` what a declined one is answered as. */
export function refundCases({ operation = "createSnapRefund", input, amount, minor, paymentOf, declined }) {
  return {
    "in full": async (bench) => {
      const { refund } = await bench.good(operation, input(bench));
      has(refund, { reference: "refund-1", payment: paymentOf(bench), amount, status: "succeeded" }, "refund");
      same(refund.id, "REF000000001", "id");
      await bench.booked({ reference: "refund-1", amount: minor, status: "succeeded", type: "snap" });
    },
    "the same plan again": async (bench) => {
      const stored = JSON.parse(JSON.stringify(bench.plan(operation, input(bench))));
      const [first, second] = [await bench.sendPlan(stored), await bench.sendPlan(stored)];
      has(second, { status: "succeeded" }, "verdict");
      same(second.refund.id, first.refund.id, "id");
      await bench.booked({ reference: "refund-1", amount: minor });
    },
    "an HMAC key outside the module": async (bench) => {
      const key = await bench.secretKey("HMAC-SHA512");
      const { refund } = await bench.good(operation, input(bench), { key });
      same(refund.reference, "refund-1", "reference");
      await bench.booked({ amount: minor });
    },
    "a pending one": async (bench) => {
      await bench.fault("pending");
      const { status, next, refund } = await bench.run(operation, input(bench));
      same([status, next, refund.status], ["pending", "wait", "pending"], "verdict");
      await bench.booked({ status: "pending" });
    },
    "a declined one": async (bench) => {
      await bench.fault("declined");
      const { status, next, problem } = await bench.run(operation, input(bench));
      same([status, next, problem.code], [declined, "fix", "declined"], "verdict");
      await bench.booked({ status: "failed" });
    },
    "an expired token": async (bench) => {
      const settings = { accessToken: "expired" };
      const expected = { next: "reauthenticate", code: "token_invalid" };
      await bench.refused(operation, input(bench), expected, { settings });
    },
    "an unknown payment": async (bench) => {
      const wrong = { ...input(bench), originalPartnerReferenceNo: "NONE" };
      await bench.refused(operation, wrong, { code: "payment_not_found" });
    },
    "the same reference with another amount": async (bench) => {
      await bench.good(operation, { ...input(bench), amount: { value: "1000", currency: "IDR" } });
      const other = { ...input(bench), amount: { value: "2000", currency: "IDR" } };
      await bench.doubted(operation, other, "idempotency_conflict");
    },
  };
}
