// Check a webhook, without a browser: deliveries of the sandbox, as they come and with what goes wrong on the way.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { createSandbox } from "refund-signer/sandbox";
import * as signer from "refund-signer/slim";
import { adviceFor, checkDelivery, SETTINGS, signedAt } from "../../www/src/webhook/check.js";
import { coverageOf } from "../../www/src/webhook/coverage.js";

const PROVIDERS = /** @type {const} */ (["craftgate", "doku", "payermax", "razorpay"]);

/** @type {ReturnType<typeof createSandbox>} */
let sandbox;
const deliveries = {};

before(async () => {
  signer.init(await readFile(new URL("../../pkg/refund_signer.wasm", import.meta.url)));
  sandbox = createSandbox();
  const { payments } = sandbox;
  const idr = (value) => ({ value, currency: "IDR" });
  const plans = {
    craftgate: signer.craftgate.createRefund({ paymentId: payments.craftgate.today.paymentId }),
    doku: signer.doku.createRefund({
      invoiceNumber: payments.doku.settled.invoiceNumber,
      originalRequestId: payments.doku.settled.originalRequestId,
      amount: idr("10000"),
    }),
    payermax: signer.payermax.createRefund({
      originalPartnerReferenceNo: payments.payermax.standard.originalPartnerReferenceNo,
      partnerRefundNo: "r",
      amount: idr("1000"),
    }),
    razorpay: signer.razorpay.createRefund({ paymentId: payments.razorpay.standard.paymentId }),
  };
  for (const [provider, plan] of Object.entries(plans)) {
    const client = new signer[provider].Client(sandbox.credentials[provider]);
    const request = client.sign(plan);
    assert.equal((await sandbox.fetch(request.url, request)).status, 200);
    const delivery = (await sandbox.webhooks.take(provider)).at(-1);
    const { secrets, publicKeys, ...texts } = await sandbox.webhooks.settings(provider);
    const settings = {
      ...texts,
      ...(secrets && { secrets: secrets[0] }),
      ...(publicKeys && { publicKeys: publicKeys[0] }),
    };
    deliveries[provider] = { provider, settings, headers: Object.entries(delivery.headers), body: delivery.body };
  }
});

const spaced = (body) => body.replaceAll('":', '": ').replaceAll(',"', ', "');
const causes = ({ diagnosis }) => diagnosis?.sent.causes.map(({ id }) => id);

for (const provider of PROVIDERS) {
  describe(provider, () => {
    test("as it came it is verified, and its refund is read", async () => {
      const { event, problems } = await checkDelivery(deliveries[provider]);
      assert.deepEqual(problems, []);
      assert.equal(event.provider, provider);
      assert.equal(event.refund.status, "succeeded");
    });

    test("an altered body is refused, nothing of it handed out, and no cause made up", async () => {
      const delivery = deliveries[provider];
      const body = delivery.body.replace(/SUCCESS|REFUNDED|processed|"00"/, (word) =>
        word === "SUCCESS" ? "FAILURE" : '"x"',
      );
      const checked = await checkDelivery({ ...delivery, body: body.replace('""x""', '"x"') });
      assert.equal(checked.event, undefined);
      assert.deepEqual(causes(checked), []);
      assert.equal(checked.diagnosis.sent.state, "unexplained");
    });

    test("a missing signature is named", async () => {
      const delivery = deliveries[provider];
      const headers = delivery.headers.filter(([name]) => !/signature/i.test(name));
      const { event, problems } = await checkDelivery({ ...delivery, headers });
      assert.equal(event, undefined);
      assert.equal(problems[0].code, "missing_signature");
    });

    test("what the signature covers is marked, and so is what it does not", () => {
      const { settings, headers, body } = deliveries[provider];
      const coverage = coverageOf(provider, "snap", { path: settings.path ?? "", headers, body });
      const covered = coverage.filter((part) => part.covered).map(({ part }) => part);
      const not = coverage.filter((part) => !part.covered).map(({ part }) => part);
      assert.deepEqual({ covered, not }, COVERED[provider]);
    });

    test("what is marked as covered cannot be changed, and what is not can be", async () => {
      const delivery = deliveries[provider];
      for (const [name, value] of delivery.headers) {
        if (/signature|content-type/i.test(name)) continue;
        const isCovered = COVERED[provider].covered.includes(name);
        const other = value.replace(/\d(?=\D*$)/, (digit) => (digit === "7" ? "3" : "7"));
        const headers = delivery.headers.map((header) => (header[0] === name ? [name, other] : header));
        const { event } = await checkDelivery({ ...delivery, headers });
        assert.equal(event === undefined, isCovered, name);
      }
    });

    test("every setting is one that the reader takes", async () => {
      for (const { name } of SETTINGS[provider]) {
        const { problems } = await checkDelivery({
          ...deliveries[provider],
          settings: { ...deliveries[provider].settings, [name]: deliveries[provider].settings[name] ?? "31536000" },
        });
        assert.ok(
          problems.every(({ code }) => code !== "unknown_field"),
          name,
        );
      }
    });
  });
}

const COVERED = {
  craftgate: {
    covered: ["Body: eventType", "Body: eventTimestamp", "Body: status", "Body: payloadId"],
    not: ["Method", "Path", "Body: eventTime"],
  },
  doku: { covered: ["Path", "Client-Id", "Request-Id", "Request-Timestamp", "Body"], not: ["Method"] },
  payermax: { covered: ["Method", "Path", "X-TIMESTAMP", "Body"], not: ["X-PARTNER-ID", "X-EXTERNAL-ID"] },
  razorpay: { covered: ["Body"], not: ["Method", "Path", "x-razorpay-event-id"] },
};

describe("why it is refused", () => {
  for (const provider of /** @type {const} */ (["doku", "razorpay"])) {
    test(`${provider}: parsed and written again`, async () => {
      const delivery = deliveries[provider];
      const checked = await checkDelivery({ ...delivery, body: spaced(delivery.body) });
      assert.deepEqual(causes(checked), ["body-reserialized"]);
      assert.match(adviceFor(checked.diagnosis.sent.causes[0]), /raw bytes/);
    });

    test(`${provider}: its line end lost or gained`, async () => {
      const delivery = deliveries[provider];
      assert.deepEqual(causes(await checkDelivery({ ...delivery, body: `${delivery.body}\n` })), ["body-newline"]);
    });
  }

  test("PayerMax signs the body without its white space, so writing it with some does no harm", async () => {
    const delivery = deliveries.payermax;
    assert.ok((await checkDelivery({ ...delivery, body: spaced(delivery.body) })).event);
  });

  for (const provider of /** @type {const} */ (["doku", "payermax"])) {
    test(`${provider}: another path`, async () => {
      const delivery = deliveries[provider];
      const settings = { ...delivery.settings, path: `/api${delivery.settings.path}` };
      assert.deepEqual(causes(await checkDelivery({ ...delivery, settings })), ["path"]);
    });
  }

  for (const provider of /** @type {const} */ (["craftgate", "doku", "razorpay"])) {
    test(`${provider}: the secret with white space or quotes around it`, async () => {
      const delivery = deliveries[provider];
      const checkedWith = (secrets) => checkDelivery({ ...delivery, settings: { ...delivery.settings, secrets } });
      const { problems } = await checkedWith(`${delivery.settings.secrets} `);
      assert.match(problems[0].path, /^secrets/);
      assert.match(problems[0].message, /white space/);
      assert.deepEqual(causes(await checkedWith(`"${delivery.settings.secrets}"`)), ["secret-quotes"]);
    });
  }

  test("too old, where a time is signed and a window given", async () => {
    for (const provider of /** @type {const} */ (["craftgate", "doku", "payermax"])) {
      const delivery = deliveries[provider];
      assert.ok(Math.abs(signedAt(provider, delivery.headers, delivery.body) - Date.now()) < 60_000);
      const settings = { ...delivery.settings, windowSeconds: "1" };
      const now = Date.now;
      Date.now = () => now() + 10_000;
      const { problems } = await checkDelivery({ ...delivery, settings });
      Date.now = now;
      assert.equal(problems[0].code, "not_fresh", provider);
    }
    assert.equal(signedAt("razorpay", deliveries.razorpay.headers, deliveries.razorpay.body), undefined);
  });

  test("settings that are missing or wrong are named", async () => {
    const { problems } = await checkDelivery({
      ...deliveries.doku,
      settings: { clientId: "", secrets: "", path: "", windowSeconds: "soon" },
    });
    assert.deepEqual(problems.map(({ path }) => path).sort(), ["clientId", "path", "secrets", "windowSeconds"]);
  });

  test("a key that is none is named", async () => {
    const { problems } = await checkDelivery({
      ...deliveries.payermax,
      settings: { ...deliveries.payermax.settings, publicKeys: "no key" },
    });
    assert.equal(problems[0].path, "key");
  });

  test("another merchant's event, signed with the same key, is refused without looking for a mistake", async () => {
    const { event, problems, diagnosis } = await checkDelivery({
      ...deliveries.payermax,
      settings: { ...deliveries.payermax.settings, merchantId: "somebody" },
    });
    assert.equal(event, undefined);
    assert.match(problems[0].message, /merchant/);
    assert.equal(diagnosis, undefined);
  });
});
