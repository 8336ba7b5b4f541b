// Published and recomputed values: the whole request is sent as it stands, so one wrong byte in the sandbox fails here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, hmac, publicKey, rsaVerify, sha256, utf8 } from "../../pkg-template/sandbox/crypto.js";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { minify } from "../../pkg-template/sandbox/json.js";
import { craftgate, doku, send } from "./requests.js";

const KEYS = {
  doku: { clientId: "MCH-0001-10791114622547", secretKey: "SK-unit-test-0123456789", accessToken: "b2b-token-123" },
};
const idr = (value) => ({ value, currency: "IDR" });
const dokuPost = (id, stamp, signature, body) => [
  "https://api-sandbox.doku.com/cancellation/credit-card/refund",
  {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Client-Id": KEYS.doku.clientId,
      "Request-Id": id,
      "Request-Timestamp": stamp,
      Signature: `HMACSHA256=${signature}`,
    },
    body,
  },
];
const ID = "6cc9f8b1-d83d-4c24-b853-a3223f43a744";
const PAGE =
  '{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000}}';

test("DOKU request signatures", async () => {
  const sandbox = createSandbox({ now: () => Date.parse("2020-08-12T09:45:42Z"), credentials: KEYS });
  sandbox.addPayment("doku", {
    invoiceNumber: "INV-é-0001",
    originalRequestId: "b266c265-3d61-4708-9860-c0d5b9a98f8c",
    amount: idr("90000"),
  });
  const stamp = "2020-08-12T09:45:42Z";
  const compact = dokuPost(ID, stamp, "PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=", PAGE);
  assert.equal((await send(sandbox, compact)).status, 200);
  const text =
    '{"order":{"invoice_number":"INV-é-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000,"reason":"Barang rusak – “cacat”"}}';
  const fresh = createSandbox({ now: () => Date.parse(stamp), credentials: KEYS });
  fresh.addPayment("doku", {
    invoiceNumber: "INV-é-0001",
    originalRequestId: "b266c265-3d61-4708-9860-c0d5b9a98f8c",
    amount: idr("90000"),
  });
  const utf8Body = await send(fresh, dokuPost(ID, stamp, "iWYxKseTtQSEpLrBwmZZE8W4eQTiMfctEP5d63khluk=", text));
  assert.equal(utf8Body.json.refund.reason, "Barang rusak – “cacat”");
});

test("DOKU check status without a Digest line", async () => {
  const stamp = "2020-08-11T08:45:42Z";
  const sandbox = createSandbox({ now: () => Date.parse(stamp), credentials: KEYS });
  sandbox.addPayment("doku", { invoiceNumber: "INV-123123-12313", amount: idr("90000") });
  const answer = await sandbox.fetch("https://api-sandbox.doku.com/orders/v1/status/INV-123123-12313", {
    headers: {
      "Client-Id": KEYS.doku.clientId,
      "Request-Id": "d895fb53-479c-4f77-a76a-ab81b40d77cb",
      "Request-Timestamp": stamp,
      Signature: "HMACSHA256=b97WJcsL+Ybis17+vFYBMEy2RcJLFT4o2fUoOTGRGCs=",
    },
  });
  assert.equal(answer.status, 200);
});

test("DOKU response signature", async () => {
  const sandbox = createSandbox({ now: () => Date.parse("2020-08-11T08:45:42Z"), credentials: KEYS });
  const at = Date.parse("2020-08-11T08:45:42Z");
  const request = doku(sandbox, "POST", "/cancellation/credit-card/refund", PAGE, { at, id: ID });
  const { headers } = await send(sandbox, request);
  assert.equal(headers.get("Response-Timestamp"), "2020-08-11T08:45:42Z");
  assert.equal(headers.get("Signature"), "HMACSHA256=u+WuJVMyU8ccHIzv4tyCWfQayTrQFg+sw7JuC49MnfM=");
});

test("DOKU SNAP refund signature", async () => {
  const stamp = "2024-01-01T09:09:00+07:00";
  const sandbox = createSandbox({ now: () => Date.parse(stamp), credentials: KEYS });
  const answer = await sandbox.fetch("https://api-sandbox.doku.com/direct-debit/core/v1/debit/refund", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: "Bearer b2b-token-123",
      "X-TIMESTAMP": stamp,
      "X-PARTNER-ID": KEYS.doku.clientId,
      "X-EXTERNAL-ID": "1",
      "X-SIGNATURE": "KnGlN8QLIo1LUVHJCiy3XBLwR28ZUXnG/6v2AxzlMUR035GANqL//mFRf2VQwafi0jw4o478gwqm7/cVOFRGQw==",
    },
    body: '{"originalPartnerReferenceNo":"INV-0001","originalExternalId":"REQ-0001","refundAmount":{"value":"10000.00","currency":"IDR"},"reason":"Request by Customer","partnerRefundNo":"INV-REF-0001","additionalInfo":{"channel":"EMONEY_OVO_SNAP"}}',
  });
  assert.equal(answer.status, 200);
});

test("PayerMax refund signature over a pretty-printed body", async () => {
  const stamp = "2024-03-02T14:20:00.123+07:00";
  const clientSecret = "payermax-test-client-secret";
  const accessToken = "eyJhbGciOiJIUzI1NiJ9.test.token";
  const sandbox = createSandbox({
    now: () => Date.parse(stamp),
    credentials: { payermax: { clientSecret, accessToken } },
  });
  const answer = await sandbox.fetch("https://pay-gate-uat.payermax.com/v1.0/debit/refund", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: `Bearer ${accessToken}`,
      "X-TIMESTAMP": stamp,
      "X-PARTNER-ID": sandbox.credentials.payermax.partnerId,
      "X-EXTERNAL-ID": "1",
      "CHANNEL-ID": "95221",
      "X-SIGNATURE": "WY6VSkTYbo9vda2lE37/3WZpdqfeK9RgEbWnCDMWOwN9/zQGrbor34DuRON7attl+T8/Dnqh/8GYmLbxetvbKw==",
    },
    body: '{\n  "merchantId": "P05010114269706",\n  "partnerRefundNo": "R20240302000001",\n  "originalPartnerReferenceNo": "20240302141539079100054",\n  "originalExternalId": "",\n  "originalReferenceNo": "",\n  "refundAmount": {\n    "value": "1",\n    "currency": "IDR"\n  },\n  "additionalInfo": {\n    "version": "1.4",\n    "keyVersion": "1",\n    "refundNotifyUrl": "http:xx"\n  }\n}',
  });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).refundAmount.value, "1.00");
});

test("Basic credentials", async () => {
  const keys = [
    [
      "rzp_test_1DP5mmOlF5G5ag",
      "thisIsNotARealSecret24ch",
      "cnpwX3Rlc3RfMURQNW1tT2xGNUc1YWc6dGhpc0lzTm90QVJlYWxTZWNyZXQyNGNo",
    ],
    ["rzp_test_ünï", "sécrèt:with:colon ₹", "cnpwX3Rlc3Rfw7xuw686c8OpY3LDqHQ6d2l0aDpjb2xvbiDigrk="],
  ];
  for (const [keyId, keySecret, basic] of keys) {
    const sandbox = createSandbox({ credentials: { razorpay: { keyId, keySecret } } });
    const headers = { Authorization: `Basic ${basic}` };
    assert.equal((await sandbox.fetch("https://api.razorpay.com/v1/refunds", { headers })).status, 200);
  }
  const sandbox = createSandbox({ credentials: { durianpay: { serverKey: "dp_test_XXXXXXXXX" } } });
  const headers = { Authorization: "Basic ZHBfdGVzdF9YWFhYWFhYWFg6" };
  assert.equal((await sandbox.fetch("https://api-sandbox.durianpay.id/v1/refunds", { headers })).status, 200);
});

test("Craftgate webhook: the 24th refund of that second", async () => {
  const webhookKey = "Aoh7tReTybO6wOjBmOJFFsOR53SBojEp";
  const sandbox = createSandbox({ now: () => 1_681_460_837_000, webhookSecrets: { craftgate: webhookKey } });
  for (let i = 0; i < 24; i += 1) {
    const { paymentId } = sandbox.addPayment("craftgate", { amount: { value: "1", currency: "TRY" } });
    await send(sandbox, craftgate(sandbox, "POST", "/payment/v1/refunds", `{"paymentId":${paymentId}}`));
  }
  const delivery = (await sandbox.webhooks.take("craftgate")).at(-1);
  assert.equal(JSON.parse(delivery.body).payloadId, "24");
  assert.equal(delivery.headers["x-cg-signature-v1"], "s9ZkMksUvX2wV0CdEroKr4Y8s7GWQE0XCiZzP3jnHS4=");
});

test("SNAP minify is lexical", async () => {
  const pairs = [
    ['{\n  "a": 1,\n  "b": [ 1 , 2 ],\n  "c": { }\n}', '{"a":1,"b":[1,2],"c":{}}'],
    [
      '{ "reason" : "Customer  complain ,  item { broken } : [x]" }',
      '{"reason":"Customer  complain ,  item { broken } : [x]"}',
    ],
    ['{ "a" : "c:\\\\" , "b" : "x y" }', '{"a":"c:\\\\","b":"x y"}'],
    ['{ "url" : "https:\\/\\/m.example\\/cb" }', '{"url":"https:\\/\\/m.example\\/cb"}'],
    ['{ "b" : 1 , "2" : 1 , "1" : 1 }', '{"b":1,"2":1,"1":1}'],
    ['{ "a" : "line1\\nline2\\t" }', '{"a":"line1\\nline2\\t"}'],
    ["", ""],
  ];
  for (const [input, expected] of pairs) assert.equal(minify(input), expected);
  const body =
    '{\n   "partnerServiceId":"  088899",\n   "customerNo":"12345678901234567890",\n   "virtualAccountNo":"  08889912345678901234567890",\n   "virtualAccountName":"Jokul Doe",\n   "virtualAccountEmail":"jokul@email.com",\n   "virtualAccountPhone":"6281828384858",\n   "trxId":"abcdefgh1234",\n   "totalAmount":{\n      "value":"12345678.00",\n      "currency":"IDR"\n   }\n}';
  assert.equal(
    hex(await sha256(utf8(minify(body)))),
    "3274fab8dac896837b106a16da2a974e7e65142dcecb4b768ef0294102838977",
  );
});

test("primitives", async () => {
  const mac = await hmac("SHA-512", "Jefe", utf8("what do ya want for nothing?"));
  assert.equal(
    hex(mac),
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  );
  const key = await publicKey(
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArWVCA/f6g9MQIKc9VUev\niVG9ozPRYe+NBYPnn6w7uJx9PmrkVtTFLLffmBXhOBdeiopU78z5KiSkP/eRHNo1\nlBur8NDoaiewkuCY0DXJCtxBZ8cOQHS86KUVw7riNz7NT7+aUtdoct/72b+J5SES\nYlTSGhPbIoDaAXax9lYiXVwemqOp7f7RzZl+G0+z5zhmiO8KRyK8gjOJA3nT14Ie\n3aEVBeRDvKo0VmVUee21KAanBXGLBzI+wblWX3rwaRnFxy7jQK6DeFQHYfA1LE0e\nLA2BifWZ208q6ynniy+frErV+nhqztWOe1XINlnK4GCdefC2z5Eg43Rp1A02lGvw\nVQIDAQAB\n-----END PUBLIC KEY-----",
  );
  const signature =
    "HxPQj5qHU9HIDStkmxP98RF2mKNS2+wPdxmjVZVOKKgordXjkZfhIADOtdvJqZOowYCkIasdJ2emx2vqgTcyWWuDk9+DUgWW3mYPJ3x0aCwbyqjmkZlzPzttaqWkzYLW+IENme3UsqGXB+J4d0o6p2MEFnZbowc4PFy+iNWEqDL7QvZbp7NfK2VQnjMRm0MXqReTmvoySCOo/6ur90Zm5jUX0qEKtVh4c3M7yLgpk7I8LECiSBeVC+9JGKRwq0cnouEWVVI4F/H5LC33XMjBPvM5EJdKLTkYQNr4UPNhvZih9zAZy7iv0+qac739s+6RSDW627UKtE6u1zNzRmK4mQ==";
  assert.ok(await rsaVerify(key, signature, utf8("SNAP BI RSA-SHA256 interoperability vector")));
  assert.ok(!(await rsaVerify(key, signature, utf8("SNAP BI RSA-SHA256 interoperability vectoR"))));
});
