// The driver: it stores, signs, sends, reads and stores again, as the lifecycle says. It has no rule of its own.

import { frozen, RefundError, readable, refuse } from "./base.js";
import { exchange, LONGEST_MS, limited, requestOf, verdictOf } from "./exchange.js";
import { describe } from "./face.js";
import { begin, next, observe, open } from "./lifecycle.js";

const OPTIONS = ["store", "clients", "account", "webhooks", "fetch", "policy", "clock", "onChange"];
const FILTER = ["account", "state", "provider"];
const PAGE = ["after", "limit"];
const STORE = ["insert", "get", "put", "find", "due", "list"];
/** A host gives up before its step is over, so that what it heard is stored in time. */
const MARGIN_MS = 1000;
/** More steps are left to the next call: a host may not be there that long. */
const MOST_STEPS = 20;
/** How often an observation is stored before a failing store is believed to stay so. */
const MOST_TRIES = 3;
/** A refund that cannot go on for now does not stand before the others in every run. */
const PUT_OFF_MS = 60_000;
/** As many ids and rows as any store gives at once. */
const MOST_ROWS = 1000;
/** A key that the package makes is a UUID; one that the merchant chose names the refund. */
const MADE_KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** No event is longer. */
const MOST_EVENT = 2 ** 20;

/** What a refused webhook is answered with. What is not here is a mistake in the host's own call. */
const REFUSED = {
  missing_signature: 401,
  duplicate_signature: 401,
  empty_signature: 401,
  malformed_signature: 401,
  signature_mismatch: 401,
  not_fresh: 401,
  body_too_large: 413,
  unreadable_event: 400,
};

/**
 * Refunds that end: each is stored before it is sent, sent by one host at a time, asked about, and given to a person
 * where nothing that can be asked tells.
 */
export class Refunds {
  #store;
  #clients;
  #account;
  #webhooks;
  #fetch;
  #policy;
  #clock;
  #onChange;

  constructor(options) {
    const {
      store,
      clients,
      account = "default",
      webhooks = missingWebhooks,
      fetch = (...request) => globalThis.fetch(...request),
      policy,
      clock = Date.now,
      onChange = () => {},
    } = checkedOptions(options, "options", OPTIONS);
    for (const name of STORE) {
      if (typeof store?.[name] === "function") continue;
      refuse("wrong_type", "store", `has no function ${name}.`, "Pass a store of refund-signer/stores, or your own.");
    }
    for (const [name, value] of Object.entries({ clients, webhooks, fetch, clock, onChange })) {
      if (typeof value !== "function") refuse("wrong_type", name, "must be a function.", "Pass a function.");
    }
    this.#store = store;
    this.#clients = clients;
    this.#account = account;
    this.#webhooks = webhooks;
    this.#fetch = fetch;
    this.#policy = policy;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /**
   * Opens the refund under your id, or finds the one that is open under it, and takes it as far as it goes now. The plan
   * that was stored first is the only one that is ever sent. With `later` it is stored, and `runDue` or `advance` goes on.
   */
  async refund(id, plan, options = {}) {
    checkId(id);
    const { later = false, ...where } = checkedOptions(options, "options", ["account", "later"]);
    if (typeof later !== "boolean") refuse("wrong_type", "options.later", "must be true or false.", "Pass a boolean.");
    // It checks the plan and the account, for a refund that is stored, too.
    const record = open(plan, { account: this.#accountOf(where), now: this.#now() });
    const stored = (await this.#store.get(id)) ?? (await this.#inserted(id, record));
    if (!stored) {
      const message = "has an idempotency key or a reference that another refund of this account has.";
      refuse("conflict", "plan", message, "Use a new reference for another refund, or the id of that one.");
    }
    const found = this.#view(stored);
    checkSame(found.record, record);
    return later ? found : this.advance(id);
  }

  /** Takes the refund as far as it goes now: until it has to wait, is over, or needs a person. */
  async advance(id) {
    checkId(id);
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const row = await this.#row(id);
      const record = recordOf(row);
      const now = this.#now();
      const step = next(record, { now, policy: this.#policy });
      if (step.do !== "send" && step.do !== "query") {
        return this.#settled(row, record, step, now);
      }
      // Where somebody else was quicker, what they stored counts.
      if (await this.#put(row, begin(record, step, { now }), now)) await this.#perform(id, step, record.account);
    }
    return this.get(id);
  }

  /** Takes every refund that is due as far as it goes now: for a cron job or an alarm. One that fails stops no other. */
  async runDue(options = {}) {
    const { limit = 50 } = checkedOptions(options, "options", ["limit"]);
    checkLimit("limit", limit);
    const results = [];
    for (const id of await this.#store.due(this.#now(), limit)) {
      try {
        results.push(await this.advance(id));
      } catch (error) {
        results.push(Object.freeze({ id, error }));
        await this.#putOff(id);
      }
    }
    return results;
  }

  /**
   * Verifies a webhook, stores what it says of a refund of ours, and answers. What comes next is left to `runDue`:
   * providers do not wait long for an answer.
   */
  async webhook(provider, request, options = {}) {
    const account = this.#accountOf(options);
    const isRead = hasBody(request);
    if (!isRead) checkRequest(request);
    let event;
    try {
      const { headers } = request;
      const delivery = { headers, body: isRead ? request.body : await boundedBody(request) };
      event = await this.#webhooks(provider, delivery, { account });
    } catch (error) {
      if (!(error instanceof RefundError && Object.hasOwn(REFUSED, error.code))) throw error;
      await this.#onChange({ kind: "webhook-refused", provider, account, error });
      return new Response(null, { status: REFUSED[error.code] });
    }
    const ids = await this.#ids(account, event);
    for (const id of ids) await this.#observe(id, { event });
    if (ids.length === 0) await this.#onChange({ kind: "webhook-without-record", provider, account, event });
    // PayerMax expects a body, of a repeated delivery, too.
    const headers = event.acknowledgement === undefined ? {} : { "Content-Type": "application/json" };
    return new Response(event.acknowledgement ?? "", { status: 200, headers });
  }

  /** Stores what a person decided about the question of this step, and goes on. */
  async review(id, decision) {
    checkId(id);
    const { step, decision: decided, by } = checkedOptions(decision, "decision", ["step", "decision", "by"]);
    await this.#observe(id, { step, decision: decided, by });
    return this.advance(id);
  }

  /** The refund as it stands, with the step that comes next; undefined where there is none under this id. */
  async get(id) {
    checkId(id);
    const row = await this.#store.get(id);
    return row && this.#view(row);
  }

  /** A page of refunds, by account, state and provider. One that cannot be read hides no other. */
  async list(filter = {}, page = {}) {
    const { limit = 50, ...from } = checkedOptions(page, "page", PAGE);
    checkLimit("page.limit", limit);
    const { rows, after } = await this.#store.list(checkedOptions(filter, "filter", FILTER), { ...from, limit });
    const refunds = rows.map((row) => {
      try {
        return this.#view(row);
      } catch (error) {
        return Object.freeze({ id: row.id, error });
      }
    });
    return Object.freeze({ refunds, ...(after !== undefined && { after }) });
  }

  /** The row of the new refund, or the one that was quicker under its id; undefined where another has its key. */
  async #inserted(id, record) {
    const token = newToken();
    try {
      await this.#store.insert(id, token, JSON.stringify(record), this.#index(record, this.#now()));
    } catch (error) {
      // It may have been written all the same.
      if ((await this.#store.get(id))?.token !== token) throw error;
    }
    return this.#store.get(id);
  }

  /** A misspelt name, or a variable without a value, must not become another account. */
  #accountOf(options) {
    const { account = this.#account } = checkedOptions(options, "options", ["account"]);
    return account;
  }

  /** A clock that is none would leave every refund undone, without an error in any store. */
  #now() {
    const now = this.#clock();
    if (Number.isSafeInteger(now)) return now;
    return refuse(
      "invalid_attempt",
      "clock",
      "gives no whole number of milliseconds.",
      "Pass Date.now, or leave it out.",
    );
  }

  async #row(id) {
    const row = await this.#store.get(id);
    if (!row) refuse("unknown_refund", "id", "is not the id of a stored refund.", "Call refund(id, plan) first.");
    return row;
  }

  /** Does one step that is stored as begun, and stores what was heard. */
  async #perform(id, step, account) {
    const left = step.before - this.#clock();
    const limit = limited(undefined, Math.min(Math.max(left - Math.min(MARGIN_MS, left / 2), 1), LONGEST_MS));
    let client;
    try {
      let request;
      try {
        const renewToken = step.do === "send" && step.renewToken;
        client = await limit.within(this.#clients(step.plan.provider, { account, renewToken }));
        request = requestOf(step.plan, await limit.within(client.sign(step.plan)));
      } catch (error) {
        await this.#observe(id, { step: step.id, notSent: true });
        throw error;
      }
      // After it a request could arrive when nobody counts on it any more.
      if (limit.signal.aborted || this.#clock() >= step.before) {
        return await this.#observe(id, { step: step.id, notSent: true });
      }
      const answer = await limit.within(exchange(this.#fetch, request, limit.signal)).catch(() => null);
      await this.#observe(id, { step: step.id, verdict: verdictOf(client, step.plan, answer) });
    } finally {
      limit.end();
      client?.free?.();
    }
  }

  /** Stores an observation, and reports it. What was heard is heard once, so a store that fails is tried again. */
  async #observe(id, observation) {
    let change;
    for (let tries = 1; ; tries++) {
      try {
        change = await this.#stored(id, observation);
        break;
      } catch (error) {
        if (error instanceof RefundError || tries === MOST_TRIES) throw error;
      }
    }
    if (change) await this.#onChange({ kind: "refund", ...change });
  }

  /** On top of whatever was stored meanwhile; undefined where it changes nothing. */
  async #stored(id, observation) {
    for (;;) {
      const row = await this.#row(id);
      const now = this.#now();
      const observed = observe(recordOf(row), observation, { now, policy: this.#policy });
      if (JSON.stringify(observed) === row.record) return undefined;
      if (await this.#put(row, observed, now)) return view(id, observed, next(observed, { now, policy: this.#policy }));
    }
  }

  /** Stores a record where nobody stored another one since; after an error only what is read back counts. */
  async #put(row, record, now) {
    const token = newToken();
    try {
      return await this.#store.put(row.id, row.version, token, JSON.stringify(record), this.#index(record, now));
    } catch (error) {
      if ((await this.#store.get(row.id))?.token !== token) throw error;
      return true;
    }
  }

  /** What only time changed, such as patience that ended, is stored and reported, too: the refund is found by it. */
  async #settled(row, record, step, now) {
    const index = this.#index(record, now, step);
    const shown = view(row.id, record, step);
    if (row.state === index.state && row.due === index.due && row.at <= now) return shown;
    const isStored = await this.#store.put(row.id, row.version, newToken(), row.record, index);
    if (isStored && row.state !== index.state) await this.#onChange({ kind: "refund", ...shown });
    return shown;
  }

  async #putOff(id) {
    try {
      const now = this.#now();
      const row = await this.#store.get(id);
      if (row === undefined || row.due === null || (row.due > now && row.at <= now)) return;
      await this.#store.put(id, row.version, newToken(), row.record, { ...row, due: now + PUT_OFF_MS, at: now });
    } catch {
      // It stays due, and its own error is reported.
    }
  }

  /** What a refund is found by. */
  #index(record, now, step = next(record, { now, policy: this.#policy })) {
    const { provider, payment = null, reference = null, idempotencyKey: key = null } = describe(record.plan);
    const refundId = record.refund?.id ?? null;
    // A step that is under way is a wait for its end.
    const due = { wait: step.until, finish: null, review: null }[step.do];
    return {
      account: record.account,
      provider,
      payment,
      reference,
      key,
      refundId,
      state: stateOf(step),
      due: due === undefined ? now : due,
      at: now,
    };
  }

  /** The refunds that an event names: by reference or by the provider's id, never by amount. */
  async #ids(account, { provider, refund = {} }) {
    const { reference, id: refundId } = refund;
    const found = [];
    if (reference !== undefined) found.push(...(await this.#store.find(account, { reference })));
    if (refundId !== undefined) found.push(...(await this.#store.find(account, { refundId })));
    const rows = found.filter((row) => row.provider === provider);
    return [...new Set(rows.map(({ id }) => id))];
  }

  #view(row) {
    const record = recordOf(row);
    return view(row.id, record, next(record, { now: this.#now(), policy: this.#policy }));
  }
}

/** Options, read once. What is there without a value was meant to have one. */
function checkedOptions(given, path, names) {
  const wayOut = `Members: ${names.join(", ")}.`;
  return readable({ code: "wrong_type", wayOut }, path, () => {
    if (typeof given !== "object" || given === null) refuse("wrong_type", path, "must be a plain object.", wayOut);
    const options = { ...given };
    for (const [name, value] of Object.entries(options)) {
      if (!names.includes(name)) refuse("unknown_field", `${path}.${name.slice(0, 80)}`, "is not known here.", wayOut);
      if (value === undefined || value === null) {
        const message = "is there, but its value is missing.";
        refuse("no_value", `${path}.${name}`, message, "Check where this value comes from, or leave it out.");
      }
    }
    return options;
  });
}

function checkLimit(path, limit) {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ROWS) return;
  refuse("out_of_range", path, `must be a whole number from 1 to ${MOST_ROWS}.`, "Use a value in this range.");
}

/** Whether it is a delivery, as `refund-signer/webhooks` makes it where the host has no Request. */
function hasBody(request) {
  const wayOut = "Pass the Request as it arrived, before anything read its body.";
  return readable({ code: "invalid_webhook", wayOut }, "request", () => {
    const { body } = Object(request);
    return typeof body === "string" || ArrayBuffer.isView(body);
  });
}

function checkRequest(request) {
  const wayOut = "Pass the Request as it arrived, before anything read its body.";
  const isRequest = readable({ code: "invalid_webhook", wayOut }, "request", () => {
    const { headers, body, bodyUsed } = request;
    return typeof headers.get === "function" && !bodyUsed && (body === null || typeof body.getReader === "function");
  });
  if (!isRequest) refuse("invalid_webhook", "request", "is not a Request with an unread body.", wayOut);
}

function missingWebhooks() {
  refuse("missing_setting", "webhooks", "is not set.", "Pass webhooks to new Refunds.");
}

/** What a row holds: somebody may have changed it by hand, and then nothing is done with it. */
function recordOf(row) {
  try {
    return JSON.parse(row.record);
  } catch {
    const message = "is not JSON: something else than the driver wrote it.";
    return refuse(
      "invalid_record",
      "record",
      message,
      "Restore the row from a backup, or ask the provider's back office.",
    );
  }
}

function checkId(id) {
  // Control characters and lone surrogates are not the same in every database.
  if (typeof id === "string" && /^[^\p{Cc}\p{Cs}]{1,200}$/u.test(id)) return;
  const message = "must be a text of 1 to 200 characters without control characters.";
  refuse("wrong_type", "id", message, "Pass your own id of the refund, the same each time this refund is asked for.");
}

/** Another refund under an id that is taken is refused; the same one, planned again, is the stored one. */
function checkSame(stored, record) {
  if (stored.account === record.account && identity(stored.plan) === identity(record.plan)) return;
  refuse("conflict", "id", "is the id of another refund.", "Use a new id for another refund.");
}

/** What makes it this refund. A key that was made for it differs each time it is planned, and the stored one wins. */
function identity(plan) {
  const said = Object.entries(describe(plan)).map(([name, value]) => [name, MADE_KEY.test(value) ? "made" : value]);
  return JSON.stringify(said);
}

/** The raw body, at most as long as an event may be: nothing longer is held in memory. */
async function boundedBody(request) {
  const tooLarge = () =>
    refuse("body_too_large", "body", "is above 1 MiB: it is not read.", "Refuse it with 413: no event is so long.");
  if (Number(request.headers.get("content-length")) > MOST_EVENT) tooLarge();
  const chunks = [];
  let length = 0;
  for (const reader = request.body?.getReader(); reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MOST_EVENT) {
      // Nobody waits for the sender's consent.
      reader.cancel().catch(() => {});
      tooLarge();
    }
    chunks.push(value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function view(id, record, step) {
  return frozen({ id, state: stateOf(step), step, record });
}

function stateOf(step) {
  return { finish: step.outcome, review: "review" }[step.do] ?? "open";
}

/** Who wrote a row: after an error of the store it tells whether what was written is what is there. */
function newToken() {
  return globalThis.crypto.randomUUID();
}
