// The same package for a program in CommonJS.

import { doku, RefundError, type Verdict } from "refund-signer";
import { send } from "refund-signer/fetch";

import razorpay = require("refund-signer/razorpay");
import sandbox = require("refund-signer/sandbox");
import slim = require("refund-signer/slim");

slim.init(new ArrayBuffer(0));

export async function refund(): Promise<Verdict> {
  const client = new razorpay.Client({ keyId: "rzp_test_1", keySecret: "secret" });
  const plan = razorpay.createRefund({ paymentId: "pay_1", amount: { value: "1.00", currency: "INR" } });
  return send(client, plan, { fetch: sandbox.createSandbox().fetch });
}

export const isOurs = (error: unknown): boolean => error instanceof RefundError || doku.Client.length > 0;
