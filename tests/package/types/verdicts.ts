// Verdicts, events and codes are closed: a switch over them can be complete, and says so when it is not.

import {
  type ErrorCode,
  type Plan,
  type Problem,
  type ProblemCode,
  type Refund,
  RefundError,
  razorpay,
  type Verdict,
  type WebhookEvent,
} from "refund-signer";
import * as payermax from "refund-signer/payermax";
import { importPublicKey, readWebhook } from "refund-signer/webcrypto";
import { type Equal, never, type True } from "./assert.js";

export type Closed = [
  True<Equal<Verdict["status"], "succeeded" | "pending" | "failed" | "rejected" | "unknown">>,
  True<Equal<Verdict["next"], "done" | "wait" | "query" | "retry" | "reauthenticate" | "fix">>,
  True<Equal<Verdict["signature"], "verified" | "headers-only" | "absent" | "invalid" | "not-offered">>,
  True<Equal<(Verdict & { status: "rejected" })["refund"], undefined>>,
  True<Equal<(Verdict & { status: "succeeded" })["refund"], Refund | undefined>>,
  True<Equal<Verdict["final"], boolean>>,
  True<Equal<Verdict["repeatable"], boolean | undefined>>,
  True<Equal<NonNullable<Verdict["ifFirst"]>["status"], "rejected" | "failed">>,
  True<Equal<WebhookEvent["provider"], "craftgate" | "doku" | "payermax" | "razorpay">>,
  True<Equal<RefundError["code"], ErrorCode>>,
  True<Equal<Problem["code"], ProblemCode>>,
];

/** Without a default: a code that is added to the union breaks this until somebody decides what it means here. */
export function mayTryAgain(code: ProblemCode): boolean {
  switch (code) {
    case "no_response":
    case "unreadable_response":
    case "unrecognized_answer":
    case "incomplete_answer":
    case "signature_invalid":
    case "signature_absent":
    case "response_mismatch":
    case "unexpected_redirect":
    case "provider_error":
    case "rate_limited":
    case "authentication_failed":
    case "token_invalid":
    case "in_progress":
    case "duplicate_attempt":
      return true;
    case "not_permitted":
    case "not_now":
    case "invalid_request":
    case "unknown_url":
    case "payment_not_found":
    case "refund_not_found":
    case "not_refundable":
    case "amount_exceeded":
    case "invalid_amount":
    case "already_refunded":
    case "refund_window_closed":
    case "speed_not_supported":
    case "insufficient_balance":
    case "declined":
    case "idempotency_conflict":
    case "duplicate_reference":
    case "limit_reached":
      return false;
    default:
      return never(code);
  }
}

export function incomplete(code: ProblemCode): boolean {
  switch (code) {
    case "no_response":
      return true;
    default:
      // @ts-expect-error cases are missing
      return never(code);
  }
}

export function amountOf(verdict: Verdict): string | undefined {
  // @ts-expect-error the status is not known yet, so there may be no refund
  verdict.refund.id;
  if (verdict.status === "rejected" || verdict.status === "unknown") {
    // @ts-expect-error nothing of such an answer is believed
    verdict.refund?.id;
    return verdict.problem?.userAction;
  }
  // @ts-expect-error the amount is text, never a number
  const cents: number | undefined = verdict.refund?.amount?.value;
  return verdict.refund?.amount?.value ?? cents?.toString();
}

export function providerOf(event: WebhookEvent): string {
  switch (event.provider) {
    case "craftgate":
    case "doku":
    case "payermax":
    case "razorpay":
      return event.refund?.status ?? event.kind;
    default:
      return never(event);
  }
}

export async function events(headers: Headers, body: Uint8Array): Promise<WebhookEvent[]> {
  const hooks = new razorpay.Webhooks({ secrets: ["whsec"] });
  const own: "razorpay" = hooks.read({ headers, body }).provider;
  const rsa = new payermax.Webhooks({ merchantId: "P05010114269706", path: "/hooks" });
  const key = await importPublicKey("-----BEGIN PUBLIC KEY-----");
  const outside: "payermax" = (await readWebhook(rsa, { headers, body }, key)).provider;
  // @ts-expect-error a parsed body has lost the bytes that are signed
  hooks.read({ headers, body: JSON.parse("{}") as object });
  // @ts-expect-error the secrets are a list, so that one can be replaced
  new razorpay.Webhooks({ secrets: "whsec" });
  return own && outside ? [hooks.read({ headers, body })] : [];
}

export function mistakes(error: unknown, plan: Plan): string[] {
  if (!(error instanceof RefundError)) return [plan.operation];
  // @ts-expect-error no such code
  if (error.code === "no_such_code") return [];
  // @ts-expect-error errors are made by the package only
  return [error.name, ...error.problems.map(({ path }) => path), String(new RefundError())];
}
