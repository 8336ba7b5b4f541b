// The judgment: what the providers' books say of each refund that was wanted.

/** @typedef {import("./cases.js").Case} Case */
/** @typedef {import("refund-signer/sandbox").Sandbox["ledger"]["refunds"][number]} Refund */
/** @typedef {{ state: string, why: string | undefined, attempts: number }} Entry */

/** @param {{ cases: Case[], refunds: readonly Refund[], books: Map<string, Entry> | undefined }} all */
export function audit({ cases, refunds, books }) {
  /** @type {Map<string, Refund[]>} */
  const found = new Map();
  for (const refund of refunds) found.set(keyOf(refund), [...(found.get(keyOf(refund)) ?? []), refund]);
  const known = new Set(cases.map(keyOfCase));
  const rows = cases.map((wanted) => {
    const all = found.get(keyOfCase(wanted)) ?? [];
    return { wanted, live: all.filter(({ status }) => status !== "failed"), entry: books?.get(wanted.id) };
  });
  const normal = rows.filter(({ wanted }) => wanted.kind !== "declined");
  const isRight = (/** @type {Refund} */ refund, /** @type {Case} */ { minor, paymentId }) =>
    refund.amount === minor && refund.paymentId === paymentId;
  const count = (/** @type {any[]} */ list) => list.length;
  const strayed = rows.filter((row) => books && !agrees(row));
  return {
    wanted: count(cases),
    once: count(normal.filter(({ live, wanted }) => live.length === 1 && live.every((one) => isRight(one, wanted)))),
    doubled: count(rows.filter(({ live }) => live.length > 1)),
    lost: count(normal.filter(({ live, entry }) => live.length === 0 && entry?.state !== "review")),
    leftToAPerson: count(normal.filter(({ live, entry }) => live.length === 0 && entry?.state === "review")),
    wrongAmount: count(rows.filter(({ live, wanted }) => live.some((one) => !isRight(one, wanted)))),
    declined: count(rows) - count(normal),
    declinedButPaid: count(rows.filter(({ wanted, live }) => wanted.kind === "declined" && live.length > 0)),
    unasked: count([...found.keys()].filter((key) => !known.has(key))),
    disagreements: strayed.map(({ wanted, live, entry }) => ({
      ...wanted,
      live: live.map(({ status }) => status),
      entry,
    })),
    states: tally([...(books?.values() ?? [])].map(({ state }) => state)),
    persons: tally(
      rows
        .filter(({ entry }) => entry?.state === "review")
        .map(({ wanted, entry }) => `${wanted.provider}, ${wanted.kind}: ${entry?.why}`),
    ),
    attempts: [...(books?.values() ?? [])].reduce((sum, { attempts }) => sum + attempts, 0),
  };
}

/** What the ledger believes is what the provider did. @param {{ wanted: Case, live: Refund[], entry: Entry | undefined }} row */
function agrees({ live, entry }) {
  switch (entry?.state) {
    case "succeeded":
      return live.some(({ status }) => status === "succeeded");
    case "failed":
    case "rejected":
      return live.length === 0;
    // It says that it does not know.
    case "review":
      return true;
    default:
      return false;
  }
}

/** DOKU's books know a refund by its payment only. @param {Refund} refund */
function keyOf({ provider, paymentId, reference = "" }) {
  return provider === "doku" ? paymentId : (reference.split("--")[0] ?? "");
}

/** @param {Case} wanted */
function keyOfCase({ provider, paymentId, id }) {
  return provider === "doku" ? paymentId : id;
}

/** @param {string[]} names @returns {Record<string, number>} */
function tally(names) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
