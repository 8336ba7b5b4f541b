// The package as a program with `import` sees it.

import * as signer from "refund-signer";
import { catalog } from "refund-signer/catalog";
import * as craftgate from "refund-signer/craftgate";
import * as doku from "refund-signer/doku";
import * as durianpay from "refund-signer/durianpay";
import { send } from "refund-signer/fetch";
import * as payermax from "refund-signer/payermax";
import * as razorpay from "refund-signer/razorpay";
import { createSandbox } from "refund-signer/sandbox";
import * as webcrypto from "refund-signer/webcrypto";

export const api = {
  signer,
  catalog,
  providers: { craftgate, doku, durianpay, payermax, razorpay },
  send,
  webcrypto,
  createSandbox,
};
