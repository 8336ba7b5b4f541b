// Signatures are over the exact bytes. What no longer has them is refused here, with the way out.

import { refuse } from "./error.js";

const ANSWER = {
  code: "invalid_response",
  wayOut:
    "Pass { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) }, or use send() of refund-signer/fetch.",
};
const DELIVERY = {
  code: "invalid_webhook",
  wayOut:
    "Pass { headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) }: the raw body, before any parser touched it.",
};

/** A provider's answer as the module takes it. */
export function rawAnswer(answer) {
  const body = rawBody(answer, ANSWER);
  return { status: answer.status, headers: answer.headers, body };
}

/** A provider's webhook as the module takes it. */
export function rawDelivery(delivery) {
  const body = rawBody(delivery, DELIVERY);
  return { headers: delivery.headers, body };
}

function rawBody(message, { code, wayOut }) {
  if (typeof message?.arrayBuffer === "function") {
    refuse(code, "body", "was not read: this is a fetch object with a stream.", wayOut);
  }
  const body = message?.body;
  if (typeof body === "string" || body instanceof Uint8Array || body instanceof ArrayBuffer) return body;
  refuse(code, "body", `is ${kindOf(body)}, not the exact bytes or text.`, wayOut);
}

function kindOf(body) {
  if (body === undefined || body === null) return "missing";
  return typeof body === "object" ? "a parsed object" : `a ${typeof body}`;
}
