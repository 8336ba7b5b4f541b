// The requests by hand, with WebCrypto: keys are imported once.

import * as hand from "./by-hand.js";

const { subtle } = crypto;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const hmacKey = (secret, hash, ...usages) =>
  subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash }, false, usages);
const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));
const mac = async (key, text) => new Uint8Array(await subtle.sign("HMAC", key, encoder.encode(text)));

function toBase64(bytes) {
  return bytes.toBase64 ? bytes.toBase64() : btoa(String.fromCharCode.apply(null, bytes));
}

function fromBase64(text) {
  return Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

export async function webCrypto({ refunds, answer, webhook }) {
  const [doku, craftgate, payermax, razorpay] = ["doku", "craftgate", "payermax", "razorpay"].map((name) => ({
    ...refunds[name].settings,
    ...refunds[name].secrets,
    input: refunds[name].input,
  }));
  const dokuKey = await hmacKey(doku.secretKey, "SHA-256", "sign", "verify");
  const payermaxKey = await hmacKey(payermax.clientSecret, "SHA-512", "sign");
  const webhookKey = await hmacKey(webhook.secret, "SHA-256", "verify");

  async function signDoku(input, id, now) {
    const body = hand.dokuBody(input);
    const digest = toBase64(await sha256(encoder.encode(body)));
    const signature = await mac(dokuKey, hand.dokuStringToSign(doku.clientId, id, now, digest));
    return hand.dokuRequest(doku.clientId, id, now, toBase64(signature), body);
  }

  return {
    doku: (given) => signDoku(doku.input, given?.id ?? crypto.randomUUID(), given?.now ?? Date.now()),
    async craftgate(given) {
      const { id = crypto.randomUUID(), nonce = toHex(crypto.getRandomValues(new Uint8Array(16))) } = given ?? {};
      const body = hand.craftgateBody(craftgate.input);
      const hash = await sha256(encoder.encode(hand.craftgateStringToSign(craftgate, nonce, body)));
      return hand.craftgateRequest(craftgate.apiKey, id, nonce, toBase64(hash), body);
    },
    async payermax(given) {
      const { id = crypto.randomUUID(), now = Date.now() } = given ?? {};
      const nonce = given?.nonce ?? hand.callNumber(now, crypto.getRandomValues(new Uint32Array(1))[0]);
      const body = hand.payermaxBody(payermax.input, id);
      const timestamp = hand.payermaxTime(now);
      const digest = toHex(await sha256(encoder.encode(body)));
      const signature = await mac(payermaxKey, hand.payermaxStringToSign(payermax.accessToken, digest, timestamp));
      return hand.payermaxRequest(payermax, timestamp, nonce, toBase64(signature), body);
    },
    razorpay(given) {
      const authorization = `Basic ${btoa(`${razorpay.keyId}:${razorpay.keySecret}`)}`;
      return hand.razorpayRequest(razorpay.input, given?.id ?? crypto.randomUUID(), authorization);
    },
    async read() {
      const { headers, body } = answer;
      const text = hand.dokuAnswerString(headers, toBase64(await sha256(body)));
      const found = fromBase64(headers.get("Signature").slice("HMACSHA256=".length));
      if (!(await subtle.verify("HMAC", dokuKey, found, encoder.encode(text)))) throw new Error("not DOKU's answer");
      return hand.dokuOutcome(answer.status, decoder.decode(body));
    },
    async webhook() {
      const { headers, body } = webhook;
      const found = fromHex(headers.get("X-Razorpay-Signature"));
      if (!(await subtle.verify("HMAC", webhookKey, found, body))) throw new Error("not Razorpay's event");
      return JSON.parse(decoder.decode(body));
    },
    batch: (inputs) => Promise.all(inputs.map((input) => signDoku(input, crypto.randomUUID(), Date.now()))),
  };
}
