// A plan's type says whose it is and what it does; every entry has what a program for one provider needs.

import {
  describe,
  type doku,
  type EventOf,
  findRefund,
  type OperationName,
  type Plan,
  type ProviderName,
  queryFor,
  type Refund,
  RefundError,
  type razorpay,
  type SigningClient,
  type Verdict,
  type WebhookEvent,
} from "refund-signer";
import * as craftgateAlone from "refund-signer/craftgate";
import * as dokuAlone from "refund-signer/doku";
import * as durianpayAlone from "refund-signer/durianpay";
import * as payermaxAlone from "refund-signer/payermax";
import * as razorpayAlone from "refund-signer/razorpay";
import { type Equal, never, type True } from "./assert.js";

export type Names = [
  True<Equal<ProviderName, "craftgate" | "doku" | "durianpay" | "payermax" | "razorpay">>,
  True<Equal<OperationName<"payermax">, "createRefund" | "queryStatus" | "requestAccessToken">>,
  True<Equal<Plan["provider"], ProviderName>>,
  True<Equal<Plan["operation"], OperationName>>,
  True<Equal<Plan<"doku" | "razorpay">, Plan<"doku"> | Plan<"razorpay">>>,
  True<Equal<Plan<"razorpay", "createRefund">["method"], "POST">>,
  True<Equal<Plan<"razorpay", "createRefund">["idempotencyKey"], string>>,
  True<Equal<Plan<"razorpay", "listRefunds">["idempotencyKey"], string | undefined>>,
  True<Equal<ReturnType<typeof razorpay.createRefund>, Plan<"razorpay", "createRefund">>>,
  True<Equal<ReturnType<typeof doku.createRefund.all>, Plan<"doku", "createRefund">[]>>,
];

/** Without a default: the discriminants narrow each other. */
export function inWords(plan: Plan): string {
  switch (plan.provider) {
    case "craftgate":
    case "doku":
    case "durianpay":
      return plan.operation;
    case "razorpay":
      return plan.operation === "createRefund" ? plan.idempotencyKey : plan.path;
    case "payermax":
      switch (plan.operation) {
        case "createRefund":
          return plan.idempotencyKey;
        case "queryStatus":
        case "requestAccessToken":
          return plan.path;
        default:
          return never(plan);
      }
    default:
      return never(plan);
  }
}

export function question(plan: Plan<"razorpay">): Plan<"razorpay"> | undefined {
  const { provider, operation }: { provider: ProviderName; operation: OperationName } = describe(plan);
  return provider && operation && queryFor(plan);
}

// @ts-expect-error the plan of another operation
export const foreign: Plan<"razorpay", "createRefund"> = razorpay.listRefunds();
// @ts-expect-error no operation of Razorpay's
export type None = Plan<"razorpay", "checkStatus">;

/** Every client is one that signs, and can be freed as such. */
export function freed(client: doku.Client | razorpay.Client): void {
  using same: SigningClient = client;
  same.free();
}

/** What was found is there; what is not certain says why. */
export function found(plan: Plan, told: Verdict | WebhookEvent): Refund | string {
  const { status, refunds, why } = findRefund(plan, told);
  switch (status) {
    case "succeeded":
    case "pending":
    case "failed":
      return refunds[0];
    case "not_listed":
      // @ts-expect-error nothing is there
      return refunds[0]?.id ?? status;
    case "unclear":
      return why;
    default:
      return never(status);
  }
}

export const explained: readonly (readonly [label: string, value: string, secret: boolean])[] = dokuAlone
  .explain(dokuAlone.checkStatus({ invoiceNumber: "1" }), { clientId: "MCH", environment: "sandbox" })
  .headers.map(({ label, value, secret }) => [label, value, secret]);
export const leaked = (plan: Plan) =>
  // @ts-expect-error no secret is needed
  dokuAlone.explain(plan, { clientId: "MCH", environment: "sandbox", secretKey: "secret" });

const entries = [craftgateAlone, dokuAlone, durianpayAlone, payermaxAlone, razorpayAlone];
export const same: boolean = entries.every((entry) => entry.RefundError === RefundError && entry.queryFor === queryFor);
export type EveryEntry = [
  True<Equal<craftgateAlone.Plan | craftgateAlone.Verdict, durianpayAlone.Plan | durianpayAlone.Verdict>>,
  True<Equal<dokuAlone.Plan | dokuAlone.Verdict, payermaxAlone.Plan | payermaxAlone.Verdict>>,
  True<Equal<razorpayAlone.Plan, Plan>>,
  True<Equal<EventOf<"razorpay">["provider"], "razorpay">>,
];
