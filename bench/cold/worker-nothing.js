// A Worker without any module.
import requests from "../requests.json" with { type: "json" };

export default { fetch: () => Response.json(requests.refunds.doku.input) };
