// Test frameworks take the class of the error that they expect; Jest's types want one that can be made.

/// <reference types="jest" />

import { doku, RefundError } from "refund-signer";

test("the library's error is what Jest expects", () => {
  expect(() => doku.checkStatus({ invoiceNumber: "" })).toThrow(RefundError);
  expect(doku.checkStatus).not.toThrow(expect.any(RefundError));
});
