// A program in strict TypeScript: what it may write, and what it may not.

import { craftgate, doku, durianpay, type Plan, payermax, RefundError, razorpay, type Verdict } from "refund-signer";
import { catalog } from "refund-signer/catalog";
import type * as dokuAlone from "refund-signer/doku";
import { send } from "refund-signer/fetch";
import { createSandbox } from "refund-signer/sandbox";
import { init } from "refund-signer/slim";

const input: doku.CreateRefundInput = {
  invoiceNumber: "INV-1",
  originalRequestId: "b266c265",
  amount: { value: "90000", currency: "IDR" },
};

export async function refund(): Promise<string> {
  const plan: Plan = doku.createRefund(input);
  using client = new doku.Client({ clientId: "MCH", secretKey: new Uint8Array(32), environment: "sandbox" });
  const request = client.sign(plan, { now: Date.now() });
  const response = await fetch(request.url, request);
  const body = new Uint8Array(await response.arrayBuffer());
  return described(client.read(plan, { status: response.status, headers: response.headers, body }));
}

export async function sent(client: dokuAlone.Client, plan: Plan): Promise<Verdict> {
  const query = doku.queryFor(plan);
  return send(client, query ?? plan, { fetch: createSandbox().fetch, retry: 2, timeoutMs: 10_000 });
}

function described(verdict: Verdict): string {
  switch (verdict.status) {
    case "succeeded":
    case "pending":
    case "failed":
      return verdict.refund?.id ?? verdict.next;
    case "rejected":
    case "unknown":
      return verdict.problem?.code ?? verdict.next;
  }
}

export function explained(error: unknown): readonly string[] {
  if (!(error instanceof RefundError)) throw error;
  return error.problems.map(({ code, path, userAction }) => (code === "missing_field" ? path : userAction));
}

export const names: readonly string[] = catalog().flatMap(({ operations }) => operations.map(({ name }) => name));

export const plans = [
  razorpay.createRefund({ paymentId: "pay_1", amount: { minor: 100n, currency: "INR" } }),
  durianpay.createRefund({ paymentId: "pay_1", refId: "1", amount: { value: "1", currency: "IDR" } }),
  craftgate.createRefund({ paymentId: 9007199254740993n }),
  payermax.createRefund({
    originalPartnerReferenceNo: "1",
    partnerRefundNo: "2",
    amount: { value: "1.00", currency: "IDR" },
  }),
];

init(new Uint8Array());

// @ts-expect-error a number is no amount
doku.createRefund({ ...input, amount: { value: 90_000, currency: "IDR" } });
// @ts-expect-error a currency that DOKU does not take
doku.createRefund({ ...input, amount: { value: "1", currency: "EUR" } });
// @ts-expect-error a field is missing
doku.createRefund({ invoiceNumber: "1" });
// @ts-expect-error a field that DOKU does not have
doku.createRefund({ ...input, paymentId: "1" });
const parsed = { status: 200, headers: {}, body: {} };
// @ts-expect-error a parsed body
new doku.Client({ clientId: "1", secretKey: "2" }).read(doku.createRefund(input), parsed);
// @ts-expect-error a plan is made by an operation, and not changed
doku.createRefund(input).body = "{}";
// @ts-expect-error refused requests have no refund
export const id = (verdict: Verdict): string | undefined => (verdict.status === "rejected" ? verdict.refund.id : "");
