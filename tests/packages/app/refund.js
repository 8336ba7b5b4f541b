// What every app here does: plan, sign and read one refund, at a provider that signs its answers.

import { doku, RefundError } from "refund-signer";
import { send } from "refund-signer/fetch";
import * as razorpay from "refund-signer/razorpay";
import { createSandbox } from "refund-signer/sandbox";

/** Says in one line how it went. */
export async function refund() {
  const { credentials, payments, fetch } = createSandbox();
  const { invoiceNumber, originalRequestId, amount } = payments.doku.settled;
  const { clientId, secretKey } = credentials.doku;
  const client = new doku.Client({ clientId, secretKey, environment: "sandbox" });
  const plan = doku.createRefund({ invoiceNumber, originalRequestId, amount });
  const request = client.sign(plan);
  const response = await fetch(request.url, request);
  const body = new Uint8Array(await response.arrayBuffer());
  const verdict = client.read(plan, { status: response.status, headers: response.headers, body });
  const repeated = await send(client, plan, { fetch, earlier: verdict });
  client.free();
  return [verdict.status, verdict.next, verdict.signature, `repeated: ${repeated.status}`, refusal()].join(", ");
}

function refusal() {
  try {
    return razorpay.createRefund({ paymentId: "pay_1", amount: { value: 1, currency: "INR" } });
  } catch (error) {
    return error instanceof RefundError ? error.code : `no RefundError: ${error}`;
  }
}
