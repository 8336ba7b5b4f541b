// The requests by hand, with `node:crypto`: as fast as it can be asked, with the one-shot hash where there is one.

import crypto, { createHash, createHmac, randomBytes, randomInt, randomUUID, timingSafeEqual } from "node:crypto";
import * as hand from "./by-hand.js";

const sha256 = crypto.hash
  ? (data, encoding) => crypto.hash("sha256", data, encoding)
  : (data, encoding) => createHash("sha256").update(data).digest(encoding);

export function nodeCrypto({ refunds, answer, webhook }) {
  const [doku, craftgate, payermax, razorpay] = ["doku", "craftgate", "payermax", "razorpay"].map((name) => ({
    ...refunds[name].settings,
    ...refunds[name].secrets,
    input: refunds[name].input,
  }));

  function signDoku(input, id, now) {
    const body = hand.dokuBody(input);
    const text = hand.dokuStringToSign(doku.clientId, id, now, sha256(body, "base64"));
    const signature = createHmac("sha256", doku.secretKey).update(text).digest("base64");
    return hand.dokuRequest(doku.clientId, id, now, signature, body);
  }

  return {
    doku: (given) => signDoku(doku.input, given?.id ?? randomUUID(), given?.now ?? Date.now()),
    craftgate(given) {
      const { id = randomUUID(), nonce = randomBytes(16).toString("hex") } = given ?? {};
      const body = hand.craftgateBody(craftgate.input);
      const signature = sha256(hand.craftgateStringToSign(craftgate, nonce, body), "base64");
      return hand.craftgateRequest(craftgate.apiKey, id, nonce, signature, body);
    },
    payermax(given) {
      const { id = randomUUID(), now = Date.now() } = given ?? {};
      const nonce = given?.nonce ?? hand.callNumber(now, randomInt(2 ** 32));
      const body = hand.payermaxBody(payermax.input, id);
      const timestamp = hand.payermaxTime(now);
      const text = hand.payermaxStringToSign(payermax.accessToken, sha256(body, "hex"), timestamp);
      const signature = createHmac("sha512", payermax.clientSecret).update(text).digest("base64");
      return hand.payermaxRequest(payermax, timestamp, nonce, signature, body);
    },
    razorpay(given) {
      const authorization = `Basic ${Buffer.from(`${razorpay.keyId}:${razorpay.keySecret}`).toString("base64")}`;
      return hand.razorpayRequest(razorpay.input, given?.id ?? randomUUID(), authorization);
    },
    read() {
      const { headers, body } = answer;
      const text = hand.dokuAnswerString(headers, sha256(body, "base64"));
      const expected = createHmac("sha256", doku.secretKey).update(text).digest();
      const found = Buffer.from(headers.get("Signature").slice("HMACSHA256=".length), "base64");
      if (found.length !== 32 || !timingSafeEqual(found, expected)) throw new Error("not DOKU's answer");
      return hand.dokuOutcome(answer.status, Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    },
    webhook() {
      const { headers, body, secret } = webhook;
      const expected = createHmac("sha256", secret).update(body).digest();
      const found = Buffer.from(headers.get("X-Razorpay-Signature"), "hex");
      if (found.length !== 32 || !timingSafeEqual(found, expected)) throw new Error("not Razorpay's event");
      return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    },
    batch: (inputs) => inputs.map((input) => signDoku(input, randomUUID(), Date.now())),
  };
}
