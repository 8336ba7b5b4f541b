// The deliveries of tests/cases/webhooks.json: each is read as the event, or refused for the cause, that stands beside
// it. `{ provider, settings, deliveries, want, why }`; `publicKey` among the settings is for `readWebhook`, and `want`
// is an event's refund, an error, whether the keys of all the deliveries are the same or different, or `either` of some.

import { fail, ok, same, thrown } from "./assert.js";

const MIB = 2 ** 20;

export function deliveries({ signer, webcrypto, deliveries: cases }) {
  /** The event of each delivery, or why it was refused. */
  async function read({ provider, settings: { publicKey, ...settings }, deliveries: received }) {
    const reader = new signer[provider].Webhooks(settings);
    const key = publicKey && (await webcrypto.importPublicKey(publicKey));
    const read = [];
    for (const delivery of received) {
      try {
        read.push({ event: key ? await webcrypto.readWebhook(reader, delivery, key) : reader.read(delivery) });
      } catch (error) {
        if (!(error instanceof signer.RefundError)) throw error;
        read.push({ error });
      }
    }
    reader.free();
    return read;
  }

  const each = cases.map((one) => [
    `deliveries: ${one.id}`,
    async () => {
      const results = await read(one);
      const wrong = (one.want.either ?? [one.want]).map((want) => whatIsWrong(want, results));
      if (!wrong.includes(undefined)) fail(`${one.why} ${wrong.join(" / ")}`);
      for (const { error } of results) if (error) namesNoSecret(one, error);
    },
  ]);

  /** Counts what is copied of a body of that many bytes. */
  async function copiedOf(size, call) {
    const original = Uint8Array.prototype.slice;
    let copied = 0;
    Uint8Array.prototype.slice = function (...range) {
      const part = original.apply(this, range);
      copied += part.byteLength;
      return part;
    };
    try {
      await call(new Uint8Array(size));
    } finally {
      Uint8Array.prototype.slice = original;
    }
    return copied;
  }

  const large = {
    "a body above the limit is refused before it is copied": async () => {
      const razorpay = new signer.razorpay.Webhooks({ secrets: ["hook-secret-2041"] });
      const payermax = new signer.payermax.Webhooks({ merchantId: "P1", path: "/hooks" });
      const { publicKey } = cases.find(({ id }) => id === "payermax-right").settings;
      const key = await webcrypto.importPublicKey(publicKey);
      const calls = [
        (delivery) => razorpay.read(delivery),
        (delivery) => payermax.prepare(delivery),
        (delivery) => webcrypto.readWebhook(payermax, delivery, key),
      ];
      for (const call of calls) {
        for (const headers of [{}, { "X-Razorpay-Signature": "0".repeat(64) }]) {
          const copied = await copiedOf(16 * MIB, async (bytes) => {
            const parts = [bytes, bytes.buffer, new DataView(bytes.buffer), "x".repeat(16 * MIB)];
            for (const body of parts) {
              same((await thrown(() => call({ headers, body }))).code, "body_too_large", "code");
            }
          });
          same(copied, 0, "bytes copied");
        }
      }
    },
    "the limit itself": async () => {
      const reader = new signer.razorpay.Webhooks({ secrets: ["hook-secret-2041"] });
      const code = async (body) => (await thrown(() => reader.read({ headers: {}, body }))).code;
      same(await code(new Uint8Array(MIB)), "missing_signature", "1 MiB");
      same(await code(new Uint8Array(MIB + 1)), "body_too_large", "a byte more");
      // Two bytes for each unit of UTF-16.
      same(await code("\u00e9".repeat(MIB / 2)), "missing_signature", "1 MiB of text");
      same(await code("\u00e9".repeat(MIB / 2 + 1)), "body_too_large", "a character more");
    },
    "an answer above its limit is not copied, and its verdict is that of an unreadable one": async () => {
      const client = new signer.razorpay.Client({ keyId: "rzp_test_1", keySecret: "s", environment: "sandbox" });
      const plan = signer.razorpay.createRefund({ paymentId: "pay_Lk2Jh4Gf6Ds8Aq" });
      const copied = await copiedOf(16 * MIB, (bytes) => {
        for (const body of [bytes, bytes.buffer, "x".repeat(16 * MIB)]) {
          const { status, next } = client.read(plan, { status: 200, headers: {}, body });
          same([status, next], ["unknown", "query"], "verdict");
        }
      });
      ok(copied < 1024, `${copied} bytes were copied`);
    },
    "headers that never end, or hold lists that are too long": async () => {
      const reader = new signer.razorpay.Webhooks({ secrets: ["hook-secret-2041"] });
      const endless = {
        *[Symbol.iterator]() {
          for (;;) yield ["x", []];
        },
      };
      for (const headers of [endless, { x: Array(2 * MIB) }, { x: "x".repeat(2 * MIB) }]) {
        const { code, message } = await thrown(() => reader.read({ headers, body: "{}" }));
        ok(code === "invalid_webhook" && /1 MiB/.test(message), message);
      }
    },
  };

  return [...each, ...Object.entries(large).map(([what, run]) => [`deliveries: ${what}`, run])];
}

/** In words; undefined where nothing is. */
function whatIsWrong({ event, error, dedupeKeys }, results) {
  const [first] = results;
  if (error) {
    if (!first.error) return `taken: ${JSON.stringify(first.event)}`;
    const { code, path, message, userAction } = first.error.problems[0];
    const fits =
      (!error.code || code === error.code) &&
      (!error.path || path === error.path) &&
      new RegExp(error.says, "i").test(`${message} ${userAction}`);
    return fits ? undefined : `refused with ${code} at ${path}: ${message} ${userAction}`;
  }
  const refused = results.find((result) => result.error);
  if (refused) return `refused: ${refused.error.message}`;
  if (dedupeKeys) {
    const keys = new Set(results.map((result) => result.event.dedupeKey));
    return keys.size === (dedupeKeys === "same" ? 1 : results.length) ? undefined : `keys: ${[...keys]}`;
  }
  const { status } = first.event.refund ?? {};
  return !event.refundStatus || status === event.refundStatus ? undefined : `verified, refund ${status}`;
}

/** A refusal may be shown to whoever sent the delivery: it holds neither a secret nor what a right signature would be. */
function namesNoSecret({ settings, deliveries: received }, { message }) {
  const values = received.flatMap(({ headers }) => Object.values(headers).flat());
  const hidden = [...(settings.secrets ?? []), settings.clientId, settings.merchantId, settings.path, ...values];
  for (const text of hidden) ok(!text || text.length < 8 || !message.includes(text), `${text} in: ${message}`);
}
