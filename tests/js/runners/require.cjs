// The suite in Node, Deno and Bun, through `require`.

const api = {
  signer: require("refund-signer"),
  catalog: require("refund-signer/catalog").catalog,
  providers: {
    craftgate: require("refund-signer/craftgate"),
    doku: require("refund-signer/doku"),
    durianpay: require("refund-signer/durianpay"),
    payermax: require("refund-signer/payermax"),
    razorpay: require("refund-signer/razorpay"),
  },
  send: require("refund-signer/fetch").send,
  webcrypto: require("refund-signer/webcrypto"),
  createSandbox: require("refund-signer/sandbox").createSandbox,
};

async function main() {
  const { runSuite } = await import("../conformance/index.js");
  const { readMaterial } = await import("./material.js");
  const { report, runtime } = await import("./report.js");
  report(`${runtime()}, require`, await runSuite({ ...api, ...readMaterial() }));
}

main();
