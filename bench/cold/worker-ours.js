// A Worker's first request, signed by this package.
import { Client, createRefund } from "refund-signer/doku";
import requests from "../requests.json" with { type: "json" };

export default {
  fetch() {
    const { settings, secrets, input } = requests.refunds.doku;
    const client = new Client({ ...settings, ...secrets });
    return Response.json(client.sign(createRefund(input)));
  },
};
