import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, jakarta, NOW, send, snap, snapToken } from "./requests.js";

const PATH = "/v1.0/debit/refund";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const merchantKeys = { payermax: publicKey.export({ type: "spki", format: "pem" }) };
const open = (options) => createSandbox({ now: clock, merchantKeys, ...options });
const refund = (payment, no = "R1", value = "1000.00") => ({
  originalPartnerReferenceNo: payment.originalPartnerReferenceNo,
  refundAmount: { value, currency: "IDR" },
  partnerRefundNo: no,
  additionalInfo: { version: "1.4", keyVersion: "1" },
});
const post = (sandbox, body, options, path = PATH) => send(sandbox, snap(sandbox, "payermax", path, body, options));
const code = async (...args) => (await post(...args)).json.responseCode;

test("a refund looks like the provider's page", async () => {
  const sandbox = open();
  const body = {
    ...refund(sandbox.payments.payermax.standard, "239850918204981205970"),
    originalExternalId: "10052019",
  };
  const answer = await post(sandbox, body);
  assert.equal(answer.status, 200);
  assert.equal(
    answer.text,
    '{"responseCode":"2005800","responseMessage":"Request has been processed successfully","originalPartnerReferenceNo":"20240302141539079100054","originalReferenceNo":"PM00000001","originalExternalId":"10052019","refundNo":"REF000000001","partnerRefundNo":"239850918204981205970","refundAmount":{"value":"1000.00","currency":"IDR"},"refundTime":"2026-03-02T14:20:00+07:00","additionalInfo":{"refundStatus":"00"}}',
  );
});

test("headers", async () => {
  const sandbox = open();
  const body = refund(sandbox.payments.payermax.standard);
  const missing = ["X-TIMESTAMP", "X-SIGNATURE", "X-PARTNER-ID", "X-EXTERNAL-ID", "CHANNEL-ID"];
  for (const name of missing) {
    const answer = await post(sandbox, body, { headers: { [name]: undefined } });
    assert.deepEqual([answer.status, answer.json.responseMessage], [400, `Invalid Mandatory Field ${name}`]);
  }
  const expected = [
    [{ headers: { "Content-Type": "text/plain" } }, "4005800"],
    [{ stamp: "2026-03-02T14:20:00+07:00" }, "4005801"],
    [{ stamp: "2026-03-02T14:20:00.123+0700" }, "4005801"],
    [{ stamp: "2026-03-02T14:20:00.7+07:00" }, "4005801"],
    [{ at: NOW - 121_000 }, "4015800"],
    [{ at: NOW + 121_000 }, "4015800"],
    [{ headers: { "X-PARTNER-ID": "x" } }, "4015800"],
    [{ headers: { "CHANNEL-ID": "00000" } }, "4005801"],
    [{ headers: { Authorization: undefined } }, "4015803"],
    [{ token: "unknown" }, "4015801"],
    [{ headers: { "X-SIGNATURE": "AAAA" } }, "4015800"],
    [{ id: "x".repeat(37) }, "4005801"],
  ];
  for (const [options, wanted] of expected)
    assert.equal(await code(sandbox, body, options), wanted, JSON.stringify(options));
  assert.equal(sandbox.ledger.refunds.length, 0);
  assert.equal(await code(sandbox, body, { stamp: new Date(NOW).toISOString() }), "2005800");
});

test("the signature covers path, token, time and every byte but white space", async () => {
  const sandbox = open();
  const body = refund(sandbox.payments.payermax.standard);
  const [url, init] = snap(sandbox, "payermax", PATH, body);
  const changed = { ...init, body: init.body.replace("1000.00", "9000.00") };
  assert.equal((await send(sandbox, [url, changed])).json.responseCode, "4015800");
  const spaced = { ...init, body: JSON.stringify(body, null, 2) };
  assert.equal((await send(sandbox, [`${url}?not=signed`, spaced])).json.responseCode, "2005800");
  const base = "http://127.0.0.1:4010/payermax";
  assert.equal(await code(sandbox, refund(sandbox.payments.payermax.standard, "R2"), { base }), "2005800");
  assert.equal(
    (await send(sandbox, [base + PATH, snap(sandbox, "payermax", PATH, body)[1]])).json.responseCode,
    "4015800",
  );
});

test("RSA in X-SIGNATURE only where it is switched on; `sign` whenever it is sent", async () => {
  const body = (sandbox) => refund(sandbox.payments.payermax.standard);
  const strict = open();
  assert.equal(await code(strict, body(strict), { privateKey }), "4015800");
  const both = open({ rules: { asymmetricSnap: true } });
  assert.equal(await code(both, body(both), { privateKey }), "2005800");
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  assert.equal(await code(both, body(both), { privateKey: other }), "4015800");
  const signed = (sandbox, key) => sign("sha256", Buffer.from(JSON.stringify(body(sandbox))), key).toString("base64");
  assert.equal(await code(strict, body(strict), { headers: { sign: signed(strict, privateKey) } }), "2005800");
  assert.equal(await code(strict, body(strict), { headers: { sign: signed(strict, other) } }), "4015800");
  assert.equal(await code(strict, body(strict), { headers: { sign: "not base64" } }), "4015800");
  const demanding = open({ rules: { requireSign: true } });
  assert.equal(await code(demanding, body(demanding)), "4005802");
  const keyless = createSandbox({ now: clock });
  assert.equal(await code(keyless, body(keyless), { headers: { sign: signed(keyless, privateKey) } }), "4015800");
});

test("the token call", async () => {
  let at = NOW;
  const sandbox = open({ now: () => at });
  const path = "/v1.0/access-token/b2b";
  const token = (options = {}, key = privateKey) =>
    send(sandbox, snapToken(sandbox, "payermax", path, key, { at, ...options }));
  const answer = await token();
  assert.deepEqual(Object.keys(answer.json), [
    "responseCode",
    "responseMessage",
    "accessToken",
    "tokenType",
    "expiresIn",
  ]);
  assert.deepEqual(
    [answer.json.responseCode, answer.json.tokenType, answer.json.expiresIn],
    ["2007300", "Bearer", "3600"],
  );
  const body = refund(sandbox.payments.payermax.standard);
  const options = () => ({ token: answer.json.accessToken, at });
  assert.equal(await code(sandbox, body, options()), "2005800");
  at += 3_600_000;
  assert.equal(await code(sandbox, body, options()), "4015801");
  const { privateKey: other } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  assert.equal((await token({}, other)).json.responseCode, "4017300");
  assert.equal((await token({ at: at - 121_000 })).json.responseCode, "4017300");
  assert.equal((await token({ headers: { "X-CLIENT-KEY": "x" } })).json.responseCode, "4017300");
  assert.equal((await token({ headers: { "X-CLIENT-KEY": undefined } })).json.responseCode, "4007302");
  assert.equal((await token({ headers: { "Content-Type": "text/plain" } })).json.responseCode, "4007300");
  assert.equal((await token({ body: {} })).json.responseCode, "4007302");
  assert.equal((await token({ body: { grantType: "password" } })).json.responseCode, "4007301");
});

test("a pair made on demand works as well", async () => {
  const sandbox = createSandbox({ now: clock });
  const { privateKey: made } = await sandbox.merchantKeyPair("payermax");
  const message = `${sandbox.credentials.payermax.clientKey}|${jakarta(NOW)}`;
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", made, Buffer.from(message));
  const headers = { "X-SIGNATURE": Buffer.from(signature).toString("base64") };
  const request = snapToken(sandbox, "payermax", "/v1.0/access-token/b2b", privateKey, { headers });
  assert.equal((await send(sandbox, request)).json.responseCode, "2007300");
});

test("a merchant key that is none is named when it is needed", async () => {
  const sandbox = createSandbox({ now: clock, merchantKeys: { payermax: "not a key" } });
  const request = snapToken(sandbox, "payermax", "/v1.0/access-token/b2b", privateKey);
  await assert.rejects(send(sandbox, request), /must be a CryptoKey or SPKI PEM/);
  sandbox.registerMerchantKey("payermax", merchantKeys.payermax);
  assert.equal((await send(sandbox, request)).json.responseCode, "2007300");
});

test("X-EXTERNAL-ID is unique within a Jakarta day", async () => {
  let at = Date.parse("2026-03-02T16:59:00.000Z");
  const sandbox = open({ now: () => at });
  const body = refund(sandbox.payments.payermax.standard);
  assert.equal(await code(sandbox, body, { at, id: "7" }), "2005800");
  assert.equal(await code(sandbox, body, { at, id: "7" }), "4095800");
  at += 60_000;
  assert.equal(await code(sandbox, body, { at, id: "7" }), "2005800");
  assert.equal(sandbox.ledger.refunds.length, 1);
});

test("partnerRefundNo: same data again, other data inconsistent", async () => {
  const sandbox = open();
  const { standard, pending } = sandbox.payments.payermax;
  const first = await post(sandbox, refund(standard, "R1"));
  assert.equal((await post(sandbox, refund(standard, "R1"))).text, first.text);
  assert.equal(await code(sandbox, refund(standard, "R1", "1001.00")), "4045818");
  assert.equal(await code(sandbox, refund(pending, "R1")), "4045818");
  assert.equal(await code(sandbox, refund({ originalPartnerReferenceNo: "x" }, "R1")), "4045818");
  assert.equal(sandbox.ledger.refunds.length, 1);
  assert.equal(sandbox.webhooks.pending.length, 1);
});

test("body rules", async () => {
  const sandbox = open();
  const good = refund(sandbox.payments.payermax.standard);
  const expected = [
    ["{", "4005800"],
    ["[]", "4005800"],
    [{ ...good, partnerRefundNo: undefined }, "4005802"],
    [{ ...good, partnerRefundNo: "x".repeat(65) }, "4005801"],
    [{ ...good, additionalInfo: {} }, "4005802"],
    [{ ...good, merchantId: "x".repeat(33) }, "4005801"],
    [{ ...good, refundAmount: undefined }, "4005802"],
    [{ ...good, refundAmount: { value: "1.50", currency: "IDR" } }, "4005801"],
    [{ ...good, refundAmount: { value: "0.00", currency: "IDR" } }, "4005801"],
    [{ ...good, refundAmount: { value: "1e3", currency: "IDR" } }, "4005801"],
    [{ ...good, refundAmount: { value: "1000.00", currency: "USD" } }, "4005801"],
    [{ ...good, originalPartnerReferenceNo: "unknown" }, "4045801"],
    [{ ...good, originalReferenceNo: "unknown" }, "4045801"],
    [{ ...good, refundAmount: { value: "10001.00", currency: "IDR" } }, "4045813"],
  ];
  for (const [body, wanted] of expected) assert.equal(await code(sandbox, body), wanted, JSON.stringify(body));
  assert.equal(sandbox.ledger.refunds.length, 0);
  const forms = [
    ["1", "1000"],
    ["2", "1000.00"],
    ["3", 1000],
    ["4", 1000.5],
  ];
  assert.deepEqual(
    await Promise.all(forms.map(([no, value]) => code(sandbox, refund(sandbox.payments.payermax.standard, no, value)))),
    ["2005800", "2005800", "2005800", "4005801"],
  );
});

test("never more than was captured", async () => {
  const sandbox = open();
  const { standard } = sandbox.payments.payermax;
  assert.equal(await code(sandbox, refund(standard, "R1", "6000.00")), "2005800");
  assert.equal(await code(sandbox, refund(standard, "R2", "4001.00")), "4045813");
  assert.equal(await code(sandbox, refund(standard, "R2", "4000.00")), "2005800");
  assert.equal(await code(sandbox, refund(standard, "R3", "1.00")), "4045800");
});

test("debit/status by payment and by refund", async () => {
  const sandbox = open();
  const { standard, pending } = sandbox.payments.payermax;
  const ask = async (originalPartnerReferenceNo, serviceCode = "54", more = {}) =>
    (
      await post(
        sandbox,
        { merchantId: standard.merchantId, originalPartnerReferenceNo, serviceCode, ...more },
        {},
        "/v1.0/debit/status",
      )
    ).json;
  assert.equal((await ask(standard.originalPartnerReferenceNo)).latestTransactionStatus, "00");
  await post(sandbox, refund(standard, "R1", "10000.00"));
  await post(sandbox, refund(pending, "R2"));
  const paid = await ask(standard.originalPartnerReferenceNo);
  assert.deepEqual(
    [paid.responseCode, paid.latestTransactionStatus, paid.refundHistory[0].refundNo],
    ["2005500", "04", "REF000000001"],
  );
  assert.equal((await ask("R1", "58")).latestTransactionStatus, "00");
  assert.equal((await ask("R2", "58")).latestTransactionStatus, "03");
  assert.equal((await ask("nothing", "58")).responseCode, "4045501");
  assert.equal((await ask("R1", "58", { merchantId: undefined })).responseCode, "4005502");
});
