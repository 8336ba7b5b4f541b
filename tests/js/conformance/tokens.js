// Access tokens are reused, and given up, by the caller's clock.

import { has, same } from "./assert.js";
import { benchOf, openHere } from "./bench.js";

const START = Date.UTC(2026, 0, 31, 12);
const SECOND = 1000;

/** How long each provider's token is valid, and a refund that needs it. */
const TOKENS = {
  doku: [
    900,
    "createSnapRefund",
    ({ emoney }) => ({ ...emoney, partnerRefundNo: "refund-1", channel: "EMONEY_OVO_SNAP" }),
  ],
  durianpay: [900, "createSnapRefund", ({ snap }) => ({ ...snap, partnerRefundNo: "refund-1" })],
  payermax: [
    3600,
    "createRefund",
    ({ standard: { originalPartnerReferenceNo, amount } }) => ({
      originalPartnerReferenceNo,
      amount,
      partnerRefundNo: "refund-1",
    }),
  ],
};

export function tokens(api) {
  return Object.entries(TOKENS).map(([provider, [seconds, operation, input]]) => [
    `${provider}: a token is used until it is over, and then the same plan with a new one`,
    async () => {
      let now = START;
      const bench = benchOf(api, await openHere(api, { now: () => now }), provider);
      const key = await bench.registeredKey();
      const signRsa = (client, plan) => api.webcrypto.signWith(client, plan, key, { now });
      const token = async () => {
        const { accessToken } = await bench.good("requestAccessToken", {}, { sign: signRsa });
        same(accessToken.expiresInSeconds, seconds, "expiresInSeconds");
        return accessToken.token;
      };
      const stored = bench.plan(operation, input(bench.payments));
      const refund = (accessToken) =>
        bench.sendPlan(stored, { settings: { accessToken }, sign: (client, plan) => client.sign(plan, { now }) });

      const old = await token();
      now = START + (seconds + 1) * SECOND;
      const { status, next, problem } = await refund(old);
      same([status, next, problem.code], ["rejected", "reauthenticate", "token_invalid"], "with the old token");
      const fresh = await token();
      now += (seconds - 1) * SECOND;
      has(await refund(fresh), { status: "succeeded", next: "done" }, "with the new token, at its end");
      await bench.booked({ reference: "refund-1", status: "succeeded" });
    },
  ]);
}
