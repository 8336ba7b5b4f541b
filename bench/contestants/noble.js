// The requests by hand, with noble-hashes: JavaScript alone, synchronous everywhere.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import * as hand from "./by-hand.js";

const decoder = new TextDecoder();

function toBase64(bytes) {
  return bytes.toBase64 ? bytes.toBase64() : btoa(String.fromCharCode.apply(null, bytes));
}

function fromBase64(text) {
  return Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

/** Compares in time that does not depend on where they differ. */
function equal(one, other) {
  if (one.length !== other.length) return false;
  let differences = 0;
  for (let at = 0; at < one.length; at++) differences |= one[at] ^ other[at];
  return differences === 0;
}

export function noble({ refunds, answer, webhook }) {
  const [doku, craftgate, payermax, razorpay] = ["doku", "craftgate", "payermax", "razorpay"].map((name) => ({
    ...refunds[name].settings,
    ...refunds[name].secrets,
    input: refunds[name].input,
  }));
  const dokuKey = utf8ToBytes(doku.secretKey);
  const payermaxKey = utf8ToBytes(payermax.clientSecret);
  const webhookKey = utf8ToBytes(webhook.secret);

  function signDoku(input, id, now) {
    const body = hand.dokuBody(input);
    const digest = toBase64(sha256(utf8ToBytes(body)));
    const signature = hmac(sha256, dokuKey, utf8ToBytes(hand.dokuStringToSign(doku.clientId, id, now, digest)));
    return hand.dokuRequest(doku.clientId, id, now, toBase64(signature), body);
  }

  return {
    doku: (given) => signDoku(doku.input, given?.id ?? crypto.randomUUID(), given?.now ?? Date.now()),
    craftgate(given) {
      const { id = crypto.randomUUID(), nonce = bytesToHex(crypto.getRandomValues(new Uint8Array(16))) } = given ?? {};
      const body = hand.craftgateBody(craftgate.input);
      const hash = sha256(utf8ToBytes(hand.craftgateStringToSign(craftgate, nonce, body)));
      return hand.craftgateRequest(craftgate.apiKey, id, nonce, toBase64(hash), body);
    },
    payermax(given) {
      const { id = crypto.randomUUID(), now = Date.now() } = given ?? {};
      const nonce = given?.nonce ?? hand.callNumber(now, crypto.getRandomValues(new Uint32Array(1))[0]);
      const body = hand.payermaxBody(payermax.input, id);
      const timestamp = hand.payermaxTime(now);
      const digest = bytesToHex(sha256(utf8ToBytes(body)));
      const text = hand.payermaxStringToSign(payermax.accessToken, digest, timestamp);
      const signature = hmac(sha512, payermaxKey, utf8ToBytes(text));
      return hand.payermaxRequest(payermax, timestamp, nonce, toBase64(signature), body);
    },
    razorpay(given) {
      const authorization = `Basic ${btoa(`${razorpay.keyId}:${razorpay.keySecret}`)}`;
      return hand.razorpayRequest(razorpay.input, given?.id ?? crypto.randomUUID(), authorization);
    },
    read() {
      const { headers, body } = answer;
      const text = hand.dokuAnswerString(headers, toBase64(sha256(body)));
      const found = fromBase64(headers.get("Signature").slice("HMACSHA256=".length));
      if (!equal(hmac(sha256, dokuKey, utf8ToBytes(text)), found)) throw new Error("not DOKU's answer");
      return hand.dokuOutcome(answer.status, decoder.decode(body));
    },
    webhook() {
      const { headers, body } = webhook;
      const found = hexToBytes(headers.get("X-Razorpay-Signature"));
      if (!equal(hmac(sha256, webhookKey, body), found)) throw new Error("not Razorpay's event");
      return JSON.parse(decoder.decode(body));
    },
    batch: (inputs) => inputs.map((input) => signDoku(input, crypto.randomUUID(), Date.now())),
  };
}
