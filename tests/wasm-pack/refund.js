// A refund with what wasm-pack made of the crate: the bare surface, without the package around it. Everything crosses
// in one buffer, as pkg-template/face/core.js does it.

const INPUT = {
  invoiceNumber: "INV-20210118-0001",
  originalRequestId: "b266c265-3d61-4708-9860-c0d5b9a98f8c",
  amount: { value: "90000", currency: "IDR" },
};
const SETTINGS = { clientId: "MCH-0001", environment: "sandbox" };
const SECRET = "SK-unit-test-0123456789";

/** Plans, signs, and reads that no answer came. */
export function refund(signer) {
  const memory = signer.linearMemory();
  const give = (text) => {
    const bytes = new TextEncoder().encode(text);
    const place = signer.room(bytes.length);
    new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
    return bytes.length;
  };
  const text = (length) => {
    const bytes = new Uint8Array(memory.buffer, signer.room(0), Math.abs(length));
    return new TextDecoder().decode(bytes);
  };
  const plan = text(signer.plan(give(`doku.createRefund\nrequest-1\n${JSON.stringify(INPUT)}`)));
  const settings = `doku\nsecretKey ${SECRET.length}\n\n${JSON.stringify(SETTINGS)}`;
  give(settings + SECRET);
  const client = signer.client(settings.length, SECRET.length);
  const request = text(client.sign(give(`0123456789abcdef\n${plan}`), Date.now()));
  const { status, next } = JSON.parse(text(client.read(give(`0\n${plan}`), 0, 0)));
  client.free();
  return [request.match(/HMACSHA256/)[0], status, next].join(", ");
}
