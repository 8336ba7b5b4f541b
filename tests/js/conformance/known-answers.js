// Requests whose every byte is known: from the providers' own samples, or computed with openssl from their rules.

import { has, same } from "./assert.js";

const DOKU = { clientId: "MCH-0001-10791114622547", secretKey: "SK-unit-test-0123456789", environment: "sandbox" };
const DOKU_INPUT = {
  invoiceNumber: "INV-20210118-0001",
  originalRequestId: "b266c265-3d61-4708-9860-c0d5b9a98f8c",
  amount: { value: "90000", currency: "IDR" },
  requestId: "6cc9f8b1-d83d-4c24-b853-a3223f43a744",
};

/** `[what, provider, settings, operation, input, attempt, request]`; of the request only the members that are given. */
const KNOWN = [
  [
    "the sample of the page",
    "doku",
    DOKU,
    "createRefund",
    DOKU_INPUT,
    { now: Date.UTC(2020, 7, 12, 9, 45, 42) },
    {
      url: "https://api-sandbox.doku.com/cancellation/credit-card/refund",
      body: '{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000}}',
      headers: { Signature: "HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=" },
    },
  ],
  [
    "letters beyond ASCII",
    "doku",
    DOKU,
    "createRefund",
    { ...DOKU_INPUT, invoiceNumber: "INV-é-0001", reason: "Barang rusak – “cacat”" },
    { now: Date.UTC(2020, 7, 12, 9, 45, 42) },
    { headers: { Signature: "HMACSHA256=iWYxKseTtQSEpLrBwmZZE8W4eQTiMfctEP5d63khluk=" } },
  ],
  [
    "a GET has no digest",
    "doku",
    DOKU,
    "checkStatus",
    { invoiceNumber: "INV-123123-12313", requestId: "d895fb53-479c-4f77-a76a-ab81b40d77cb" },
    { now: Date.UTC(2020, 7, 11, 8, 45, 42) },
    { headers: { Signature: "HMACSHA256=b97WJcsL+Ybis17+vFYBMEy2RcJLFT4o2fUoOTGRGCs=" } },
  ],
  [
    "Basic credentials of the official Node client",
    "razorpay",
    { keyId: "rzp_test_1DP5mmOlF5G5ag", keySecret: "thisIsNotARealSecret24ch", environment: "sandbox" },
    "createRefund",
    { paymentId: "pay_FCXKPFtYfPXJPy", amount: { minor: 500100n, currency: "INR" } },
    {},
    { headers: { Authorization: "Basic cnpwX3Rlc3RfMURQNW1tT2xGNUc1YWc6dGhpc0lzTm90QVJlYWxTZWNyZXQyNGNo" } },
  ],
  [
    "Basic credentials: the key, a colon, and nothing",
    "durianpay",
    { serverKey: "dp_test_XXXXXXXXX" },
    "createRefund",
    { paymentId: "pay_IsL5nOCW4M2790", refId: "abc", amount: { value: "10000", currency: "IDR" } },
    {},
    { headers: { Authorization: "Basic ZHBfdGVzdF9YWFhYWFhYWFg6" } },
  ],
  [
    "every field of the page",
    "craftgate",
    { apiKey: "key-1", secretKey: "FooBar123!", environment: "production" },
    "createRefund",
    {
      paymentId: 9223372036854775807n,
      conversationId: "sipariş-1",
      refundDestinationType: "PROVIDER",
      chargeFromMe: false,
    },
    { now: Date.UTC(2023, 3, 14), nonce: "Xa15Fp11T" },
    {
      url: "https://api.craftgate.io/payment/v1/refunds",
      body: '{"paymentId":9223372036854775807,"conversationId":"sipariş-1","refundDestinationType":"PROVIDER","chargeFromMe":false}',
      // printf %s "$url$api_key$secret_key$nonce$body" | openssl dgst -sha256 -binary | base64
      headers: { "x-signature": "kOFQOvnBV9LEtcyWYLACuHj52iepGGpXiiNJyMdPJ+o=" },
    },
  ],
  [
    "the symmetric signature of SNAP",
    "payermax",
    {
      partnerId: "PARTNER01",
      clientSecret: "payermax-test-client-secret",
      channelId: "95221",
      accessToken: "eyJhbGciOiJIUzI1NiJ9.test.token",
      baseUrl: "https://pay-gate-uat.payermax.com",
    },
    "createRefund",
    {
      merchantId: "P05010114269706",
      partnerRefundNo: "R20240302000001",
      originalPartnerReferenceNo: "20240302141539079100054",
      amount: { value: "1", currency: "IDR" },
      refundNotifyUrl: "https://merchant.example/refunds",
    },
    { now: Date.UTC(2024, 2, 2, 7, 20, 0, 123) },
    {
      url: "https://pay-gate-uat.payermax.com/v1.0/debit/refund",
      body: '{"merchantId":"P05010114269706","partnerRefundNo":"R20240302000001","originalPartnerReferenceNo":"20240302141539079100054","refundAmount":{"value":"1.00","currency":"IDR"},"additionalInfo":{"version":"1.4","keyVersion":"1","refundNotifyUrl":"https://merchant.example/refunds"}}',
      headers: {
        "X-TIMESTAMP": "2024-03-02T14:20:00.123+07:00",
        // Computed with Python's hmac over POST:path:token:hex(sha256(body)):timestamp.
        "X-SIGNATURE": "z4MCKY7LelrbR/BxXksEh02V2Mj+UCriljHiXzCVC5+zDs3bUnNzkYQj1pYiSiJdA2U9NZmR92H4yU9Ef1wd3w==",
      },
    },
  ],
];

export function knownAnswers({ signer }) {
  return KNOWN.map(([what, provider, settings, operation, input, attempt, { headers, ...members }]) => [
    `${provider} known answer: ${what}`,
    () => {
      const client = new signer[provider].Client(settings);
      const request = client.sign(signer[provider][operation](input), attempt);
      has(request, members, "request");
      for (const [name, value] of Object.entries(headers)) same(request.headers[name], value, name);
    },
  ]);
}
