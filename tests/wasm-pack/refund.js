// A refund with what wasm-pack made of the crate: the bare surface, without the package around it.

const INPUT = {
  invoiceNumber: "INV-20210118-0001",
  originalRequestId: "b266c265-3d61-4708-9860-c0d5b9a98f8c",
  amount: { value: "90000", currency: "IDR" },
};
const SETTINGS = { clientId: "MCH-0001", secretKey: "SK-unit-test-0123456789", environment: "sandbox" };

/** Plans, signs, and reads that no answer came. */
export function refund({ plan, Client }) {
  const planned = plan("doku.createRefund", INPUT, "request-1");
  const client = new Client("doku", SETTINGS);
  const { headers } = client.sign(planned, Date.now(), "0123456789abcdef");
  const { status, next } = client.read(planned, null);
  client.free();
  return [headers.Signature.split("=")[0], status, next].join(", ");
}
