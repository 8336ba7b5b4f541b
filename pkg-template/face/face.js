// The public face: what the module does, in the shapes that JavaScript expects. The host's clock and randomness
// come in here, and nowhere else.

import {
  fromBase64,
  frozen,
  publicSettings,
  RefundError,
  rawAnswer,
  rawAttempt,
  rawDelivery,
  rawInput,
  rawSettings,
  readable,
  refuse,
  toBase64,
  toHex,
  unread,
} from "./base.js";
import { core, give, guarded } from "./core.js";
import { checkedPlan, linesOf, planOf } from "./plans.js";
import { digits, uuid } from "./random.js";
import { answered, Owned } from "./values.js";

/** How many plans cross at once: enough that the crossing costs nothing, few enough to stay in the cache. */
const CHUNK = 128;
/** More mistakes than anybody reads; what comes after them is left out. */
const MOST_PROBLEMS = 100;
/** A list that claims to be longer is refused before it takes all memory of the host. */
const MOST_ITEMS = 1_000_000;
/** In characters: parts above this cross on their own. */
const LARGE = 1 << 20;
const MAC_BYTES = { "HMAC-SHA256": 32, "HMAC-SHA512": 64 };
/** What cannot stand in any text that crosses in a list. */
const NUL = "\0";

/**
 * The function that makes the plans of one operation.
 *
 * @param {string} name such as `doku.createRefund`
 */
export function operation(name) {
  let marked;
  const markedFields = () => {
    marked ??= answered(core().fields(give(name))).split("\n");
    return marked;
  };
  const fields = () => markedFields().map((field) => field.replace("*", ""));
  const plan = (input) =>
    guarded(() => planOf(answered(core().plan(give(`${name}\n${uuid()}\n${rawInput(input, fields)}`)))));
  plan.all = (inputs) => {
    const unique = guarded(markedFields).flatMap((field) => (field.endsWith("*") ? [field.slice(0, -1)] : []));
    const seen = new Map();
    return inChunks(inputs, "inputs", (rows, first) => {
      const texts = rows.map((input, at) => within(first + at, () => objectInput(input, fields)));
      const planned = inParts(texts, first, (part, at) => {
        const text = `${name}\n${at}\n${part.map(uuid).join(" ")}\n[${part.join(",")}]`;
        return parts(answered(core().planAll(give(text))));
      });
      return planned.map((row, at) => planOf(unrepeated(row, unique, seen, first + at)));
    });
  };
  return plan;
}

/**
 * The lines of a row's plan. Before them stand the texts that no other row may have: two with one key or reference are
 * one refund, or two that nobody can tell apart.
 *
 * @param {string[]} names of the fields of these texts
 * @param {Map<string, number>} seen the row of each text so far
 */
function unrepeated(row, names, seen, at) {
  let lines = row;
  for (const name of names) {
    const end = lines.indexOf("\n");
    const text = lines.slice(0, end);
    lines = lines.slice(end + 1);
    const key = `${name} ${text}`;
    const earlier = seen.get(key) ?? at;
    if (earlier !== at) {
      const wayOut = "Remove the row if it is the same refund; otherwise give it one of its own.";
      refuse("repeated", `${at}.${name}`, `is the same as in row ${earlier}.`, wayOut);
    }
    // A text that was left out is none, or made.
    if (text) seen.set(key, at);
  }
  return lines;
}

/**
 * The plan that asks the provider what became of the refund of another plan; undefined where it cannot be asked. A new
 * one each time: a provider may answer a repeated one from its record.
 */
export function queryFor(plan) {
  return guarded(() => {
    const lines = answered(core().queryFor(give(`${uuid()}\n${linesOf(checkedPlan(plan))}`)));
    return lines ? planOf(lines) : undefined;
  });
}

/** What a plan says, read from the very bytes that are signed. A stored plan is checked. */
export function describe(plan) {
  return guarded(() => frozen(JSON.parse(answered(core().describe(give(linesOf(checkedPlan(plan))))))));
}

/**
 * The function that explains an attempt where no secret is.
 *
 * @param {string} provider
 * @param {string[]} secrets the names of those of its settings that are secrets: they are refused
 */
export function explainer(provider, secrets) {
  return (plan, settings, attempt) => {
    const { now, nonce } = checkedAttempt(attempt);
    const json = publicSettings(settings, secrets);
    return guarded(() => {
      const text = `${provider}\n${json}\n${nonce}\n${linesOf(checkedPlan(plan))}`;
      return frozen(JSON.parse(answered(core().explain(give(text), now))));
    });
  };
}

/**
 * The function that says whether a signature of a provider's checkout is genuine.
 *
 * @param {string} provider
 * @param {string[]} secrets the names of what `settings` holds
 */
export function verifier(provider, secrets) {
  return (payment, settings) => {
    const wayOut = `Give what was signed first, and then { ${secrets.join(", ")} }.`;
    // A secret among what was signed would be the word of whoever sent it.
    const given = readable({ code: "wrong_type", wayOut }, "payment", () => {
      const named = { ...settings };
      for (const name of Object.keys(named))
        if (!secrets.includes(name)) refuse("unknown_field", name, "is no setting here.", wayOut);
      return { ...payment, ...Object.fromEntries(secrets.map((name) => [name, named[name]])) };
    });
    const { text, bytes, wipe } = rawSettings(given, secrets);
    try {
      guarded(() => answered(core().verify(give(`${provider}\n${text}`, bytes), bytes.length)));
    } finally {
      wipe();
    }
    return true;
  };
}

/** The `Client` class of one provider, with the names of those of its settings that are secrets. */
export function clientOf(provider, secrets) {
  return class Client {
    // Bundlers may call it otherwise.
    static name = "Client";
    #owned;

    constructor(settings) {
      this.#owned = new Owned("client", "client", provider, settings, secrets);
    }

    sign(plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      return guarded(() => {
        const checked = checkedPlan(plan);
        const text = `${nonce}\n${linesOf(checked)}`;
        return requestOf(checked, answered(this.#owned.raw.sign(give(text), now)));
      });
    }

    signAll(plans, attempt) {
      const now = checkedTime(rawAttempt(attempt, ["now"]).now);
      return inChunks(plans, "plans", (rows, first) => {
        const checked = rows.map((plan, at) => within(first + at, () => checkedPlan(plan)));
        const texts = checked.map((plan) => `${digits()}\n${linesOf(plan)}${NUL}`);
        const signed = inParts(texts, first, (part, at) =>
          parts(answered(this.#owned.raw.signAll(give(`${at}\n${part.join("")}`), now))),
        );
        return checked.map((plan, at) => requestOf(plan, signed[at]));
      });
    }

    explain(plan, attempt) {
      return this.#shown("explain", plan, attempt);
    }

    prepare(plan, attempt) {
      const prepared = this.#shown("prepare", plan, attempt);
      const { algorithm, message, also } = prepared;
      const finish = (signature, second) => finished(prepared, signature, second);
      return Object.freeze({ algorithm, message, ...(also && { also: also.message }), finish });
    }

    #shown(what, plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      return guarded(() => {
        const text = `${nonce}\n${linesOf(checkedPlan(plan))}`;
        return frozen(JSON.parse(answered(this.#owned.raw[what](give(text), now))));
      });
    }

    read(plan, answer) {
      const { status, headers, body } = rawAnswer(answer);
      try {
        return guarded(() => {
          const text = headers + linesOf(checkedPlan(plan));
          const length = this.#owned.raw.read(give(text, body), body?.length ?? 0, status);
          return frozen(JSON.parse(answered(length)));
        });
      } catch (error) {
        // The request was sent: even a module that failed owes a verdict.
        if (error.code !== "module_replaced") throw error;
        return unread("the module failed and was replaced");
      }
    }

    free() {
      this.#owned.free();
    }

    static {
      disposable(Client);
    }
  };
}

/** The `Webhooks` class of one provider. */
export function webhooksOf(provider, secrets) {
  return class Webhooks {
    static name = "Webhooks";
    #owned;

    constructor(settings) {
      this.#owned = new Owned("webhook reader", "webhooks", provider, settings, secrets);
    }

    read(delivery) {
      const received = rawDelivery(delivery);
      return this.#ask("read", received, checkedTime(received.now));
    }

    prepare(delivery) {
      const received = rawDelivery(delivery);
      const unverified = this.#ask("prepare", received, checkedTime(received.now));
      const finish = (verified) => this.#ask("finish", received, verified === true);
      return Object.freeze({ ...unverified, signature: fromBase64(unverified.signature), finish });
    }

    #ask(what, { headers, body }, more) {
      return guarded(() => {
        const length = this.#owned.raw[what](give(headers, body), body.length, more);
        return frozen(JSON.parse(answered(length)));
      });
    }

    free() {
      this.#owned.free();
    }

    static {
      disposable(Webhooks);
    }
  };
}

/** The request of a plan: URL and headers as the module answered with them, method and body of the plan. */
function requestOf({ method, body }, lines) {
  const [line, url, ...values] = lines.split("\n");
  const headers = {};
  namesIn(line).forEach((name, at) => {
    headers[name] = values[at];
  });
  Object.freeze(headers);
  return Object.freeze(body === undefined ? { method, url, headers } : { method, url, headers, body });
}

// The same few lines every time. A name cut from an answer would be looked up among all names of the engine each time.
const known = new Map();

/** The names of headers in a line of the module's. */
function namesIn(line) {
  let names = known.get(line);
  if (!names) {
    names = line.split(" ");
    known.set(line, names);
  }
  return names;
}

/** What `work` makes of a list, a part of it at a time; or all that is wrong with any of it. */
function inChunks(list, path, work) {
  const items = copied(list, path);
  const made = [];
  const problems = [];
  for (let first = 0; first < items.length && problems.length < MOST_PROBLEMS; first += CHUNK) {
    const rows = items.slice(first, first + CHUNK);
    try {
      made.push(...guarded(() => work(rows, first)));
    } catch (error) {
      problems.push(...problemsOf(error, rows, first, work));
    }
  }
  if (problems.length > 0) throw new RefundError(problems.slice(0, MOST_PROBLEMS));
  return made;
}

/** All that is wrong with a chunk that was refused: one by one, since the first refusal ended the work on all. */
function problemsOf(refusal, rows, first, work) {
  const found = [];
  rows.forEach((row, at) => {
    try {
      guarded(() => work([row], first + at));
    } catch (error) {
      // The module refuses what is nested too deeply before it knows whose it is.
      const named = (problem) => Object.freeze({ ...problem, path: problem.path || String(first + at) });
      found.push(...problemsIn(error).map(named));
    }
  });
  // A row that is another one when it is read again.
  return found.length > 0 ? found : problemsIn(refusal);
}

function problemsIn(error) {
  if (!(error instanceof RefundError) || error.code === "module_replaced" || error.code === "freed") throw error;
  return error.problems;
}

/** What `cross` answers for texts, in parts that are not large: the module's memory never shrinks. */
function inParts(texts, first, cross) {
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  if (size <= LARGE || texts.length === 1) return cross(texts, first);
  const half = texts.length >> 1;
  return [...inParts(texts.slice(0, half), first, cross), ...inParts(texts.slice(half), first + half, cross)];
}

/** The texts of an answer, each with a NUL behind it. */
function parts(text) {
  return text.split(NUL).slice(0, -1);
}

function copied(list, path) {
  let message = "is no array.";
  try {
    if (Array.isArray(list)) {
      message = "has more than a million elements, or throws.";
      // By index: an iterator of the list's own might leave some out.
      if (list.length <= MOST_ITEMS) return Array.from({ length: list.length }, (_, at) => list[at]);
    }
  } catch {
    // A proxy may throw for anything.
  }
  return refuse("wrong_type", path, message, "Give an array; for a single one, call the function for one.");
}

/** The JSON of one input of a list. A text would be JSON of the caller's, which might hold two inputs. */
function objectInput(input, fields) {
  return typeof input === "string" ? "null" : rawInput(input ?? null, fields);
}

/** Says of a refusal which element of the list it is about. */
function within(at, read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RefundError)) throw error;
    const moved = ({ path, ...rest }) => ({ ...rest, path: path ? `${at}.${path}` : String(at) });
    throw new RefundError(error.problems.map(moved));
  }
}

/** Time and nonce of an attempt in the types that the module takes; made where they are left out. */
function checkedAttempt(attempt) {
  if (attempt === undefined) return { now: Date.now(), nonce: digits() };
  const { now, nonce = digits() } = rawAttempt(attempt, ["now", "nonce"]);
  // The module's memory never shrinks, so nothing large goes in to be refused there.
  if (typeof nonce === "string" && nonce.length <= 32 && !nonce.includes("\n")) return { now: checkedTime(now), nonce };
  return refuse("invalid_attempt", "nonce", "must be 8 to 32 letters and digits.", "Leave it out.");
}

function checkedTime(now = Date.now()) {
  if (typeof now === "number") return now;
  return refuse("invalid_attempt", "now", "must be a number.", "Leave it out, or give milliseconds since 1970.");
}

/** The prepared request with its signatures in their headers. */
function finished({ algorithm, request, header, prefix, encoding, also }, signature, second) {
  const bytes = signatureBytes(signature, MAC_BYTES[algorithm]);
  const encoded = encoding === "hex" ? toHex(bytes) : toBase64(bytes);
  const headers = { ...request.headers, [header]: prefix + encoded };
  if (also) headers[also.header] = toBase64(signatureBytes(second));
  return frozen({ ...request, headers });
}

/** @param {number} [size] in bytes; that of an RSA signature is its key's */
function signatureBytes(signature, size) {
  const wayOut = "Give what the key made, as a Uint8Array.";
  return readable({ code: "wrong_type", wayOut }, "signature", () => {
    const bytes = signature instanceof ArrayBuffer ? new Uint8Array(signature) : signature;
    // The longest RSA key in use makes 2 KiB.
    const [least, most] = size ? [size, size] : [1, 2048];
    if (bytes instanceof Uint8Array && bytes.length >= least && bytes.length <= most) return bytes;
    return refuse("wrong_type", "signature", `must be ${size ?? "1 to 2048"} bytes.`, wayOut);
  });
}

/** For `using client = …`, which not every runtime has yet. */
function disposable(Class) {
  if (Symbol.dispose) Class.prototype[Symbol.dispose] = Class.prototype.free;
}
