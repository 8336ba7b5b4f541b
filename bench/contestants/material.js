// What is planned, signed and read.

import requests from "../requests.json" with { type: "json" };

/** What all of them are given. Answer and delivery are as `fetch` and a server give them. */
export function material() {
  const encoder = new TextEncoder();
  const received = (message) => ({
    ...message,
    headers: new Headers(message.headers),
    body: encoder.encode(message.body),
  });
  return { ...requests, answer: received(requests.answer), webhook: received(requests.webhook) };
}

/** The inputs of a batch: as many different refunds. */
export function batchOf(count) {
  const { input } = requests.refunds.doku;
  return Array.from({ length: count }, (_, at) => ({ ...input, invoiceNumber: `INV-20210118-${at}` }));
}
