// Webhooks: what the sandbox delivers is read as what happened, and nothing else is read at all.

import { fail, has, ok, same, thrown } from "./assert.js";
import { merchantKey } from "./bench.js";

const SUCCEEDED = { status: "succeeded" };

/**
 * What differs between the providers: the header with the signature, forms that no signature of theirs has, the
 * refund that stays pending, and what is told when it succeeds and when it fails (nothing, where there is no event).
 */
const KITS = {
  craftgate: {
    header: "x-cg-signature-v1",
    malformed: ({ text }) => [text.slice(4), text.slice(0, -1), `sha256=${text}`, "0".repeat(64), "%%%%"],
    input: ({ pending }) => ({ paymentId: pending.paymentId }),
    // The whole of a cancelled payment has an id, and an event of its own.
    succeeded: { kind: "REFUND", refund: { ...SUCCEEDED, id: "1", providerStatus: "SUCCESS" } },
    signedAt: ({ body }) => JSON.parse(body).eventTimestamp * 1000,
  },
  doku: {
    header: "Signature",
    malformed: ({ text }) => [
      text.slice("HMACSHA256=".length),
      "HMACSHA256=",
      text.toLowerCase().slice(0, 40),
      `${text}=`,
      text.replace("HMACSHA256", "HMACSHA512"),
    ],
    input: ({ manual }) => ({ ...manual, requestId: "request-1" }),
    settles: () => "request-1",
    succeeded: {
      kind: "REFUNDED",
      refund: { ...SUCCEEDED, payment: "INV-20210118-0003", providerStatus: "REFUNDED" },
    },
    signedAt: ({ headers }) => Date.parse(headers["Request-Timestamp"]),
  },
  payermax: {
    header: "X-SIGNATURE",
    malformed: ({ text }) => [text.slice(8), text.slice(0, -1), "0".repeat(300), "%%%%"],
    input: ({ pending }) => ({
      originalPartnerReferenceNo: pending.originalPartnerReferenceNo,
      partnerRefundNo: "refund-1",
      amount: pending.amount,
    }),
    succeeded: {
      kind: "REFUND",
      refund: {
        ...SUCCEEDED,
        id: "REF000000001",
        reference: "refund-1",
        amount: { value: "10000.00", currency: "IDR" },
      },
    },
    failed: { kind: "REFUND", refund: { status: "failed", providerStatus: "06", reference: "refund-1" } },
    signedAt: ({ headers }) => Date.parse(headers["X-TIMESTAMP"]),
  },
  razorpay: {
    header: "X-Razorpay-Signature",
    malformed: ({ text }) => [text.slice(2), `${text}00`, text.toUpperCase(), `sha256=${text}`, "g".repeat(64)],
    input: ({ pending }) => ({ paymentId: pending.paymentId, receipt: "refund-1" }),
    succeeded: {
      kind: "refund.processed",
      refund: { ...SUCCEEDED, id: "rfnd_Sandbox0000001", reference: "refund-1", payment: "pay_FIKOnlyii5QGNx" },
    },
    failed: { kind: "refund.failed", refund: { status: "failed", providerStatus: "failed", reference: "refund-1" } },
  },
};
const WINDOW_S = 300;

export function webhooks(api) {
  const { signer, send, createSandbox, webcrypto } = api;
  const { readWebhook, importPublicKey, importPrivateKey } = webcrypto;

  /** A sandbox with a pending refund that is then settled, what it delivered, and how that is read. */
  async function delivered(provider, status = "succeeded") {
    const { input, settles = ({ refund }) => refund.id } = KITS[provider];
    const sandbox = createSandbox();
    const client = new signer[provider].Client(sandbox.credentials[provider]);
    const plan = signer[provider].createRefund(input(sandbox.payments[provider]));
    const verdict = await send(client, plan, { fetch: sandbox.fetch });
    has(verdict, { status: "pending", next: "wait" }, "verdict");
    // What was told about the beginning.
    await sandbox.webhooks.take(provider);
    sandbox.settle(settles(verdict), status, provider);
    const settings = await sandbox.webhooks.settings(provider);
    return { sandbox, settings, read: (delivery, change) => read(provider, { ...settings, ...change }, delivery) };
  }

  /** The event, by the shared secret or by the public key. */
  async function read(provider, { publicKeys, ...settings }, delivery) {
    const reader = new signer[provider].Webhooks(settings);
    try {
      if (!publicKeys) return reader.read(delivery);
      return await readWebhook(reader, delivery, await Promise.all(publicKeys.map(importPublicKey)));
    } finally {
      reader.free();
    }
  }

  const good = new Map();

  /** A delivery that is good, and what its cases need. All cases share it: PayerMax's key takes a while to make. */
  function one(provider) {
    if (!good.has(provider)) good.set(provider, makeOne(provider));
    return good.get(provider);
  }

  async function makeOne(provider) {
    const { settings, sandbox, read: reading } = await delivered(provider);
    const [delivery] = await sandbox.webhooks.take(provider);
    const { header } = KITS[provider];
    const text = delivery.headers[header];
    const withHeader = (value) => ({ ...delivery, headers: { ...delivery.headers, [header]: value } });
    const refusal = async (changed, settingsChange) => {
      const error = await thrown(() => reading(changed, settingsChange));
      ok(error instanceof signer.RefundError, `a RefundError, not ${error?.stack}`);
      return error.code;
    };
    return { settings, delivery, header, text, withHeader, read: reading, refusal };
  }

  const happening = (provider, status) => {
    const expected = KITS[provider][status];
    return [
      `${provider} webhooks: a pending refund has ${status}`,
      async () => {
        const { sandbox, read: reading } = await delivered(provider, status);
        const deliveries = await sandbox.webhooks.take(provider);
        same(deliveries.length, expected ? 1 : 0, "deliveries");
        if (!expected) return;
        const event = await reading(deliveries[0]);
        has(event, { provider, kind: expected.kind }, "event");
        has(event.refund, expected.refund, "refund");
        ok(Object.isFrozen(event) && Object.isFrozen(event.refund), "the event cannot be changed");
        ok(event.signedFields.length > 0, "it says what was signed");
      },
    ];
  };

  /** The cases of every provider. */
  const shared = (provider) => ({
    "what was not acknowledged comes again, with the same dedupeKey": async () => {
      const { sandbox, read: reading } = await delivered(provider);
      const keys = [];
      const handler = async (request) => {
        const body = new Uint8Array(await request.arrayBuffer());
        keys.push((await reading({ headers: request.headers, body })).dedupeKey);
        return new Response(null, { status: keys.length < 3 ? 500 : 200 });
      };
      for (const _ of [1, 2, 3]) await sandbox.webhooks.deliver(handler, { provider });
      same(keys.length, 3, "deliveries");
      ok(keys[0] && keys.every((key) => key === keys[0]), `dedupeKeys: ${keys}`);
      same(sandbox.webhooks.pending.length, 0, "what waits");
    },
    "bytes, text and buffers are read alike": async () => {
      const { delivery, read: reading } = await one(provider);
      const bytes = new TextEncoder().encode(delivery.body);
      const events = [];
      for (const body of [delivery.body, bytes, bytes.buffer]) events.push(await reading({ ...delivery, body }));
      for (const event of events) same(event, events[0], "event");
    },
    "the header is missing": async () => {
      const { delivery, header, refusal } = await one(provider);
      const { [header]: _, ...headers } = delivery.headers;
      same(await refusal({ ...delivery, headers }), "missing_signature", "code");
    },
    "the header is empty": async () => {
      const { withHeader, refusal } = await one(provider);
      same(await refusal(withHeader("")), "empty_signature", "code");
    },
    "the header stands twice": async () => {
      const { delivery, header, text, withHeader, refusal } = await one(provider);
      const headers = new Headers(delivery.headers);
      headers.append(header, text);
      const pairs = [...Object.entries(delivery.headers), [header.toLowerCase(), text]];
      for (const twice of [withHeader([text, text]), { ...delivery, headers: pairs }, { ...delivery, headers }]) {
        same(await refusal(twice), "duplicate_signature", "code");
      }
    },
    "the header has another form": async () => {
      const { text, withHeader, refusal } = await one(provider);
      for (const malformed of KITS[provider].malformed({ text })) {
        same(await refusal(withHeader(malformed)), "malformed_signature", `code of ${malformed}`);
      }
    },
    "the header is another signature": async () => {
      const { text, withHeader, refusal } = await one(provider);
      // Within the last group of base64 or hex some bits are not used: the first letter after the prefix is.
      const at = text.indexOf("=") > 0 && text.startsWith("HMAC") ? text.indexOf("=") + 1 : 0;
      const other = text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
      same(await refusal(withHeader(other)), "signature_mismatch", "code");
    },
    "a parsed body is refused, and it says why": async () => {
      const { delivery, read: reading } = await one(provider);
      const error = await thrown(() => reading({ ...delivery, body: JSON.parse(delivery.body) }));
      same(error.code, "invalid_webhook", "code");
      ok(/parsed object/.test(error.message) && /raw body/.test(error.message), error.message);
    },
    "a Request, and nothing at all, are refused": async () => {
      const { delivery, refusal } = await one(provider);
      const request = new Request("https://merchant.example/", { method: "POST", body: delivery.body });
      for (const wrong of [request, undefined, null, {}]) same(await refusal(wrong), "invalid_webhook", "code");
    },
    "a freed reader says so": async () => {
      const { settings, delivery } = await one(provider);
      const { publicKeys: _, ...own } = settings;
      const reader = new signer[provider].Webhooks(own);
      reader.free();
      same((await thrown(() => reader.read(delivery))).code, "freed", "code");
    },
    "a body with a byte order mark, and an empty one": async () => {
      const { delivery, refusal } = await one(provider);
      for (const body of [`\ufeff${delivery.body}`, "", "{}"]) {
        same(await refusal({ ...delivery, body }), "signature_mismatch", `code of ${JSON.stringify(body.slice(0, 3))}`);
      }
    },
  });

  /** Where a shared secret signs. */
  const secret = (provider) => ({
    "a wrong secret": async () => {
      const { delivery, settings, refusal } = await one(provider);
      for (const wrong of ["wrong", settings.secrets[0].toUpperCase(), settings.secrets[0].slice(1)]) {
        same(await refusal(delivery, { secrets: [wrong] }), "signature_mismatch", "code");
      }
    },
    "two secrets, while one is being replaced": async () => {
      const { delivery, settings, read: reading } = await one(provider);
      const [present] = settings.secrets;
      const events = [];
      for (const secrets of [[present], [present, "older"], ["newer", present], [new TextEncoder().encode(present)]]) {
        events.push(await reading(delivery, { secrets }));
      }
      for (const event of events) same(event, events[0], "event");
    },
    "empty secrets are refused when the reader is made": async () => {
      const { delivery, refusal } = await one(provider);
      const wrong = {
        too_short: [[""], ["good", ""], [new Uint8Array()]],
        missing_field: [[]],
        no_value: [undefined, null, ["undefined"]],
        // White space that came along when it was copied.
        invalid_character: [["good "], ["good\n"]],
        wrong_type: [[42], [null], "text"],
      };
      for (const [code, lists] of Object.entries(wrong)) {
        for (const secrets of lists) same(await refusal(delivery, { secrets }), code, `code of ${secrets}`);
      }
    },
  });

  const window = (provider) => ({
    "inside the window, both ways, to its ends": async () => {
      const { delivery, read: reading } = await one(provider);
      const signed = KITS[provider].signedAt(delivery);
      for (const seconds of [-WINDOW_S, -1, 0, 1, WINDOW_S]) {
        await reading({ ...delivery, now: signed + seconds * 1000 }, { windowSeconds: WINDOW_S });
      }
    },
    "outside the window, both ways": async () => {
      const { delivery, refusal } = await one(provider);
      const signed = KITS[provider].signedAt(delivery);
      for (const shift of [-86_400_000, -WINDOW_S * 1000 - 1, WINDOW_S * 1000 + 1, 86_400_000]) {
        const code = await refusal({ ...delivery, now: signed + shift }, { windowSeconds: WINDOW_S });
        same(code, "not_fresh", `code ${shift} ms away`);
      }
    },
    "no window, no check of the time": async () => {
      const { delivery, read: reading } = await one(provider);
      await reading({ ...delivery, now: KITS[provider].signedAt(delivery) + 365 * 86_400_000 });
    },
    "a window of no length": async () => {
      const { delivery, refusal } = await one(provider);
      same(await refusal(delivery, { windowSeconds: 0 }), "out_of_range", "code");
    },
  });

  /** Reads a body with each byte altered in each of these bits, in turn. */
  async function flipped(body, bits, attempt) {
    const bytes = new TextEncoder().encode(body);
    for (const index of bytes.keys()) {
      for (const bit of bits) {
        const altered = bytes.slice();
        altered[index] ^= 1 << bit;
        await attempt(altered, `byte ${index}, bit ${bit}`);
      }
    }
  }
  const ALL_BITS = [0, 1, 2, 3, 4, 5, 6, 7];

  /** Where the whole body is signed. */
  const wholeBody = (provider, bits) => ({
    "every byte of the body counts": async () => {
      const { settings, delivery } = await one(provider);
      const { publicKeys, ...own } = settings;
      const reader = new signer[provider].Webhooks(own);
      const keys = publicKeys && (await Promise.all(publicKeys.map(importPublicKey)));
      await flipped(delivery.body, bits, async (body, where) => {
        const altered = { ...delivery, body };
        const error = await thrown(() => (keys ? readWebhook(reader, altered, keys) : reader.read(altered)));
        same(error.code, "signature_mismatch", where);
      });
      reader.free();
    },
  });

  const own = {
    craftgate: {
      ...shared("craftgate"),
      ...secret("craftgate"),
      ...window("craftgate"),
      "every byte of the four signed fields counts": async () => {
        const { settings, delivery } = await one("craftgate");
        const reader = new signer.craftgate.Webhooks(settings);
        const { kind, dedupeKey, refund } = reader.read(delivery);
        let believed = 0;
        await flipped(delivery.body, ALL_BITS, (body, where) => {
          try {
            // The time in eventTime is anybody's word; nothing that is handed out may depend on it.
            const event = reader.read({ ...delivery, body });
            same([event.kind, event.dedupeKey, event.refund], [kind, dedupeKey, refund], where);
            believed += 1;
          } catch (error) {
            if (error.code !== "signature_mismatch") fail(`${where}: ${error.stack}`);
          }
        });
        ok(believed < 8 * delivery.body.length * 0.6, `${believed} altered bodies were believed`);
        reader.free();
      },
      "a signed field that stands twice": async () => {
        const { delivery, refusal } = await one("craftgate");
        for (const name of ["eventType", "eventTimestamp", "status", "payloadId"]) {
          const body = delivery.body.replace("{", `{"${name}":${JSON.stringify(JSON.parse(delivery.body)[name])},`);
          same(await refusal({ ...delivery, body }), "signature_mismatch", `code of ${name}`);
        }
      },
      "the same signed text, split at another place": async () => {
        const { delivery, refusal } = await one("craftgate");
        const { eventTimestamp, ...rest } = JSON.parse(delivery.body);
        const [head, tail] = [Math.floor(eventTimestamp / 10), eventTimestamp % 10];
        const moved = { ...rest, eventTimestamp: head, status: `${tail}${rest.status}` };
        same(await refusal({ ...delivery, body: JSON.stringify(moved) }), "signature_mismatch", "code");
      },
      "the parts of a whole payment": async () => {
        const sandbox = createSandbox();
        const client = new signer.craftgate.Client(sandbox.credentials.craftgate);
        const plan = signer.craftgate.createRefund({ paymentId: sandbox.payments.craftgate.yesterday.paymentId });
        const { refund } = await send(client, plan, { fetch: sandbox.fetch });
        const settings = await sandbox.webhooks.settings("craftgate");
        const events = [];
        for (const delivery of await sandbox.webhooks.take()) events.push(await read("craftgate", settings, delivery));
        const told = events.map((event) => [event.kind, event.refund.id, event.refund.status]);
        same(
          told,
          refund.parts.map(({ id }) => ["REFUND_TX", id, "succeeded"]),
          "events",
        );
        same(new Set(events.map(({ dedupeKey }) => dedupeKey)).size, 2, "dedupeKeys");
      },
    },
    doku: {
      ...shared("doku"),
      ...secret("doku"),
      ...window("doku"),
      ...wholeBody("doku", ALL_BITS),
      "the signed headers count": async () => {
        const { delivery, refusal } = await one("doku");
        const changes = {
          "Request-Id": "00000000-0000-4000-8000-000000000099",
          "Request-Timestamp": "2026-01-01T00:00:00Z",
          "Client-Id": "MCH-0000-0",
        };
        for (const [name, value] of Object.entries(changes)) {
          const { [name]: _, ...without } = delivery.headers;
          for (const headers of [{ ...delivery.headers, [name]: value }, without]) {
            same(await refusal({ ...delivery, headers }), "signature_mismatch", `code of ${name}`);
          }
        }
      },
      "another path": async () => {
        const { delivery, refusal } = await one("doku");
        same(await refusal(delivery, { path: "/payments/other" }), "signature_mismatch", "code");
      },
      "another client": async () => {
        const { delivery, refusal } = await one("doku");
        same(await refusal(delivery, { clientId: "MCH-0000-0" }), "signature_mismatch", "code");
      },
      "a payment that was not refunded is no refund": async () => {
        const { settings, delivery } = await one("doku");
        for (const status of ["SUCCESS", "FAILED", "PENDING", "REFUND"]) {
          const body = delivery.body.replace('"REFUNDED"', JSON.stringify(status));
          const event = await read("doku", settings, {
            ...delivery,
            ...(await signedByDoku(settings, delivery, body)),
          });
          same([event.kind, event.refund], [status, undefined], "event");
        }
      },
    },
    payermax: {
      ...shared("payermax"),
      ...window("payermax"),
      // One bit of each: RSA takes its time.
      ...wholeBody("payermax", [0]),
      "the module alone does not believe it": async () => {
        const { settings, delivery } = await one("payermax");
        const reader = new signer.payermax.Webhooks({ merchantId: settings.merchantId, path: settings.path });
        same((await thrown(() => reader.read(delivery))).code, "signed_outside", "code");
        for (const verified of [false, undefined, "true", 1, {}]) {
          const { finish } = reader.prepare(delivery);
          same((await thrown(() => finish(verified))).code, "signature_mismatch", `code of ${verified}`);
        }
      },
      "another key, then the right one beside it": async () => {
        const { settings, delivery, refusal, read: reading } = await one("payermax");
        const { publicPem } = await merchantKey();
        same(await refusal(delivery, { publicKeys: [publicPem] }), "signature_mismatch", "code");
        same(await refusal(delivery, { publicKeys: [] }), "missing_field", "code without keys");
        for (const publicKeys of [
          [publicPem, ...settings.publicKeys],
          [...settings.publicKeys, publicPem],
        ]) {
          has(await reading(delivery, { publicKeys }), { kind: "REFUND" }, "event");
        }
      },
      "another merchant's event, which PayerMax's key signs as well": async () => {
        const { delivery, refusal } = await one("payermax");
        same(await refusal(delivery, { merchantId: "P-other" }), "signature_mismatch", "code");
      },
      "another path, and the right one beside it": async () => {
        const { settings, delivery, refusal, read: reading } = await one("payermax");
        same(await refusal(delivery, { path: "/other" }), "signature_mismatch", "code");
        const event = await reading(delivery, { path: "/other", otherPath: settings.path });
        same(event.kind, "REFUND", "kind");
      },
      "the signed time counts, the id of the attempt does not": async () => {
        const { delivery, refusal, read: reading } = await one("payermax");
        const headers = (change) => ({ ...delivery, headers: { ...delivery.headers, ...change } });
        same(await refusal(headers({ "X-TIMESTAMP": "2026-01-01T00:00:00.000+07:00" })), "signature_mismatch", "code");
        const { dedupeKey } = await reading(delivery);
        same((await reading(headers({ "X-EXTERNAL-ID": "9" }))).dedupeKey, dedupeKey, "dedupeKey");
      },
      "white space outside texts does not count": async () => {
        const { delivery, read: reading } = await one("payermax");
        const { kind, refund } = await reading({ ...delivery, body: delivery.body.replaceAll(",", " ,\n\t") });
        const event = await reading(delivery);
        same([kind, refund], [event.kind, event.refund], "event");
      },
      "what to answer": async () => {
        const { delivery, read: reading } = await one("payermax");
        const answer = async (acknowledgement) =>
          JSON.parse((await reading(delivery, acknowledgement)).acknowledgement);
        same(await answer({}), { responseCode: "2005600", responseMessage: "Successful" }, "acknowledgement");
        same(await answer({ acknowledgement: "gateway" }), { code: "SUCCESS", msg: "Success" }, "acknowledgement");
      },
      "the older header sign, over the raw body": async () => {
        const { delivery, settings: given } = await one("payermax");
        const { publicPem, privatePem } = await merchantKey();
        const key = await importPrivateKey(privatePem);
        const bytes = new TextEncoder().encode(delivery.body);
        const sign = base64(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, bytes));
        const settings = { merchantId: given.merchantId, scheme: "sign", publicKeys: [publicPem] };
        const noticed = { headers: { sign }, body: delivery.body };
        has((await read("payermax", settings, noticed)).refund, SUCCEEDED, "refund");
        const error = await thrown(() => read("payermax", settings, { ...noticed, body: `${delivery.body} ` }));
        same(error.code, "signature_mismatch", "code");
      },
      "the state is the code, whatever is said beside it": async () => {
        const { delivery, settings } = await one("payermax");
        const body = delivery.body.replace('"latestTransactionStatus":"00"', '"latestTransactionStatus":"06"');
        ok(body !== delivery.body && body.includes('"transactionStatusDesc":"Success"'), "a contradiction");
        const { publicPem, privatePem } = await merchantKey();
        const key = await importPrivateKey(privatePem);
        const signed = await signedBySnap(key, settings.path, delivery, body);
        const event = await read("payermax", { ...settings, publicKeys: [publicPem] }, signed);
        has(event.refund, { status: "failed", providerStatus: "06" }, "refund");
      },
    },
    razorpay: {
      ...shared("razorpay"),
      ...secret("razorpay"),
      ...wholeBody("razorpay", ALL_BITS),
      "the state comes from the entity, never from the event's name": async () => {
        const { settings, delivery } = await one("razorpay");
        const names = ["refund.created", "refund.processed", "refund.failed", "refund.speed_changed", "refund.new"];
        const states = { processed: "succeeded", pending: "pending", failed: "failed", reversed: "unknown" };
        for (const name of names) {
          for (const [word, status] of Object.entries(states)) {
            const told = JSON.parse(delivery.body);
            told.event = name;
            told.payload.refund.entity.status = word;
            const event = await read("razorpay", settings, await signedByRazorpay(settings, delivery, told));
            same([event.kind, event.refund.status], [name, status], `${name} with ${word}`);
          }
        }
      },
      "an event without a refund": async () => {
        const { settings, delivery } = await one("razorpay");
        const told = { entity: "event", event: "payment.captured", payload: {}, created_at: 1 };
        const event = await read("razorpay", settings, await signedByRazorpay(settings, delivery, told));
        same([event.kind, event.refund], ["payment.captured", undefined], "event");
      },
      "a verified body that is no event": async () => {
        const { settings, delivery } = await one("razorpay");
        for (const told of [[], "text", 1, {}, { event: 1 }, null]) {
          const signed = await signedByRazorpay(settings, delivery, told);
          same((await thrown(() => read("razorpay", settings, signed))).code, "unreadable_event", JSON.stringify(told));
        }
      },
      "without an id the key comes from the signed body": async () => {
        const { delivery, read: reading } = await one("razorpay");
        const { "x-razorpay-event-id": id, ...headers } = delivery.headers;
        same((await reading(delivery)).dedupeKey, id, "dedupeKey");
        const { dedupeKey } = await reading({ ...delivery, headers });
        ok(dedupeKey.startsWith("refund.processed:rfnd_Sandbox0000001:"), dedupeKey);
      },
      "created, processed, failed and at another speed": async () => {
        const sandbox = createSandbox();
        const client = new signer.razorpay.Client(sandbox.credentials.razorpay);
        const { noInstant, pending } = sandbox.payments.razorpay;
        const refund = async (input) =>
          (await send(client, signer.razorpay.createRefund(input), { fetch: sandbox.fetch })).refund;
        const amount = { value: "1", currency: "INR" };
        await refund({ paymentId: noInstant.paymentId, amount, speed: "optimum" });
        sandbox.settle((await refund({ paymentId: pending.paymentId, amount })).id, "failed");
        const settings = await sandbox.webhooks.settings("razorpay");
        const told = [];
        for (const delivery of await sandbox.webhooks.take()) {
          const { kind, refund: entity } = await read("razorpay", settings, delivery);
          told.push([kind, entity.status, entity.kind]);
        }
        same(
          told.map(([kind, status]) => `${kind} ${status}`),
          [
            "refund.created succeeded",
            "refund.speed_changed succeeded",
            "refund.processed succeeded",
            "refund.created pending",
            "refund.failed failed",
          ],
          "events",
        );
      },
      "a window is not taken: no time is signed": async () => {
        const { delivery, refusal } = await one("razorpay");
        same(await refusal(delivery, { windowSeconds: 60 }), "unknown_field", "code");
      },
    },
  };

  const happenings = Object.keys(KITS).flatMap((provider) => [
    happening(provider, "succeeded"),
    happening(provider, "failed"),
  ]);
  const others = Object.entries(own).flatMap(([provider, cases]) =>
    Object.entries(cases).map(([what, run]) => [`${provider} webhooks: ${what}`, run]),
  );
  const none = [
    "durianpay: has no webhooks",
    async () => {
      same(signer.durianpay.Webhooks, undefined, "durianpay.Webhooks");
      await thrown(() => createSandbox().webhooks.settings("durianpay"));
    },
  ];
  return [...happenings, ...others, none];
}

/** A delivery of another body, signed as Razorpay signs: hex(HMAC-SHA256(secret, body)). */
async function signedByRazorpay({ secrets }, { headers }, told) {
  const body = JSON.stringify(told);
  const mac = await hmac(secrets[0], body);
  const hex = Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { headers: { ...headers, "X-Razorpay-Signature": hex }, body };
}

/** The same for DOKU: five labelled lines. */
async function signedByDoku({ clientId, secrets, path }, { headers }, body) {
  const digest = base64(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  const message = [
    `Client-Id:${clientId}`,
    `Request-Id:${headers["Request-Id"]}`,
    `Request-Timestamp:${headers["Request-Timestamp"]}`,
    `Request-Target:${path}`,
    `Digest:${digest}`,
  ].join("\n");
  return { headers: { ...headers, Signature: `HMACSHA256=${base64(await hmac(secrets[0], message))}` }, body };
}

/** The same for SNAP, by a key of this suite in the place of the provider's. */
async function signedBySnap(key, path, { headers }, body) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const message = new TextEncoder().encode(`POST:${path}:${hex}:${headers["X-TIMESTAMP"]}`);
  const signature = base64(await crypto.subtle.sign(key.algorithm.name, key, message));
  return { headers: { ...headers, "X-SIGNATURE": signature }, body };
}

async function hmac(secret, message) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(message)));
}

function base64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
