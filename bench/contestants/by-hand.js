// What every request written by hand has in common, whatever makes its hashes. No input is checked: that is what a
// program does that knows what it sends.

/** @typedef {{ id: string, now: number, nonce: string }} Given what is made afresh for each request, for comparisons */

export const DOKU_URL = "https://api-sandbox.doku.com/cancellation/credit-card/refund";
export const DOKU_PATH = "/cancellation/credit-card/refund";
const CRAFTGATE_URL = "https://sandbox-api.craftgate.io/payment/v1/refund-transactions";
const PAYERMAX_PATH = "/v1.0/debit/refund";
const JAKARTA_MS = 7 * 3_600_000;

const seconds = (now) => `${new Date(now).toISOString().slice(0, 19)}Z`;

export function dokuBody({ invoiceNumber, originalRequestId, amount }) {
  return JSON.stringify({
    order: { invoice_number: invoiceNumber },
    payment: { original_request_id: originalRequestId },
    refund: { amount: Number(amount.value) },
  });
}

export function dokuStringToSign(clientId, id, now, digest) {
  return `Client-Id:${clientId}\nRequest-Id:${id}\nRequest-Timestamp:${seconds(now)}\nRequest-Target:${DOKU_PATH}\nDigest:${digest}`;
}

export function dokuRequest(clientId, id, now, signature, body) {
  return {
    method: "POST",
    url: DOKU_URL,
    headers: {
      "Content-Type": "application/json",
      "Client-Id": clientId,
      "Request-Id": id,
      "Request-Timestamp": seconds(now),
      Signature: `HMACSHA256=${signature}`,
    },
    body,
  };
}

/** What DOKU signed: the same lines with the answer's own time. */
export function dokuAnswerString(headers, digest) {
  return `Client-Id:${headers.get("Client-Id")}\nRequest-Id:${headers.get("Request-Id")}\nResponse-Timestamp:${headers.get("Response-Timestamp")}\nRequest-Target:${DOKU_PATH}\nDigest:${digest}`;
}

/** What a program goes by after it has verified the answer. */
export function dokuOutcome(status, body) {
  const { refund } = JSON.parse(body);
  return { succeeded: status === 200 && refund.status === "SUCCESS", amount: refund.amount };
}

export function craftgateBody({ paymentTransactionId, conversationId, amount }) {
  return JSON.stringify({
    paymentTransactionId: Number(paymentTransactionId),
    conversationId,
    refundPrice: Number(amount.value),
  });
}

export function craftgateStringToSign({ apiKey, secretKey }, nonce, body) {
  return CRAFTGATE_URL + apiKey + secretKey + nonce + body;
}

export function craftgateRequest(apiKey, id, nonce, signature, body) {
  return {
    method: "POST",
    url: CRAFTGATE_URL,
    headers: {
      "Content-Type": "application/json",
      "x-api-key": apiKey,
      "x-rnd-key": nonce,
      "x-auth-version": "V1",
      "x-idempotency-key": id,
      "x-signature": signature,
    },
    body,
  };
}

export function payermaxBody({ originalPartnerReferenceNo, amount, reason }, id) {
  return JSON.stringify({
    partnerRefundNo: id,
    originalPartnerReferenceNo,
    refundAmount: { value: `${amount.value}.00`, currency: amount.currency },
    reason,
    additionalInfo: { version: "1.4", keyVersion: "1" },
  });
}

export function payermaxTime(now) {
  return `${new Date(now + JAKARTA_MS).toISOString().slice(0, 23)}+07:00`;
}

export function payermaxStringToSign(accessToken, digest, timestamp) {
  return `POST:${PAYERMAX_PATH}:${accessToken}:${digest}:${timestamp}`;
}

export function payermaxRequest({ baseUrl, partnerId, channelId, accessToken }, timestamp, nonce, signature, body) {
  return {
    method: "POST",
    url: baseUrl + PAYERMAX_PATH,
    headers: {
      "Content-Type": "application/json",
      "X-TIMESTAMP": timestamp,
      "X-PARTNER-ID": partnerId,
      "X-EXTERNAL-ID": nonce,
      "CHANNEL-ID": channelId,
      Authorization: `Bearer ${accessToken}`,
      "X-SIGNATURE": signature,
    },
    body,
  };
}

/** Nothing is hashed for Razorpay, so there is one version of this for all. */
export function razorpayRequest({ paymentId, amount, receipt }, id, authorization) {
  return {
    method: "POST",
    url: `https://api.razorpay.com/v1/payments/${encodeURIComponent(paymentId)}/refund`,
    headers: { "Content-Type": "application/json", Authorization: authorization, "X-Refund-Idempotency": id },
    body: JSON.stringify({ amount: Math.round(Number(amount.value) * 100), receipt }),
  };
}

/** A number that providers take as an id of a call, new on each call. */
export function callNumber(now, random) {
  return String(now) + String(random).padStart(10, "0");
}
