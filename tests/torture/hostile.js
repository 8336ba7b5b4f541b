// Values that nobody should pass and somebody will.

const MEGABYTE = 2 ** 20;
const BIG_BYTES = new Uint8Array(64 * MEGABYTE).fill(0x20);
const BIG_TEXT = " ".repeat(64 * MEGABYTE);
const LARGE = [BIG_TEXT, new Uint8Array(MEGABYTE / 4)];
const LONG = ["x".repeat(2 * MEGABYTE), nested(20_000), many(10_000), new Array(10_000)];

const TEXTS = [
  "",
  " ",
  "\0",
  "\r\nX-Injected: 1",
  "\ud800",
  "a\udfffb",
  "\ufffd",
  "\u2028",
  "💸".repeat(50),
  "../..",
  "%2e%2e%2f",
  "__proto__",
  "constructor",
  "then",
  "toJSON",
  "[object Object]",
  "NaN",
  "-1",
  "1e309",
  "00012",
  "9".repeat(400),
  "12.345678901234567890",
  '{"__proto__":{"polluted":1}}',
  '{"a":1,"a":2}',
  "{",
  "[]",
  "null",
  `${"[".repeat(100_000)}`,
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  "https://user:pass@evil.example/",
  "http://localhost",
  "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
];
const NUMBERS = [0, -0, 1, -1, 0.1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 1e21, 1e308, -1e308, 5e-324];
const BIGINTS = [0n, -1n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n, -(2n ** 64n), 10n ** 400n];
const NAMES = ["amount", "value", "currency", "minor", "paymentId", "refId", "body", "headers", "status", "version"];
const KINDS = [Int8Array, Uint8ClampedArray, Uint16Array, Float64Array, BigInt64Array, DataView];
/** What a getter or a trap may throw: not only errors, and not only honest ones. */
const THROWN = [
  () => new Error("boom"),
  () => new RangeError("boom"),
  () => new TypeError("boom"),
  () => new WebAssembly.RuntimeError("boom"),
  () => Object.assign(new Error("boom"), { name: "RefundError", problems: [] }),
  () => Object.assign(new Error("boom"), { name: "RefundError", problems: [null], code: "made_up" }),
  () => Object.assign(new Error("boom"), { name: "InternalError" }),
  () => null,
  () => undefined,
  () => "boom",
  () => Symbol("boom"),
];

const fail = (random) => {
  throw random.of(THROWN)();
};

/** A hostile value; the large ones are rare, since they take as long as a thousand others. */
export function hostile(random, depth = 0) {
  if (random.once(8_000)) return random.of(LARGE);
  if (random.once(2_000)) return random.of(LONG);
  const kinds = depth > 2 ? [...PLAIN, ...EXOTIC] : [...PLAIN, ...EXOTIC, ...NESTED];
  return random.of(kinds)(random, depth + 1);
}

const PLAIN = [
  () => undefined,
  () => null,
  (random) => random.once(2),
  (random) => random.of([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  (random) => random.of(NUMBERS),
  (random) => random.of(BIGINTS),
  (random) => random.of([Symbol("s"), Symbol.iterator, Symbol.for("refund-signer.RefundError")]),
  (random) => random.of(TEXTS),
  (random) => random.of(TEXTS),
  (random) => String.fromCharCode(...Array.from({ length: random.below(40) }, () => random.below(0x10000))),
];

const EXOTIC = [
  (random) => random.of([() => 1, async () => 1, class {}, function* () {}, Function.prototype, Math.max]),
  (random) =>
    random.of([new Date(), new Date(Number.NaN), /x/g, new Map([["amount", 1]]), new Set([1]), new WeakMap()]),
  (random) => random.of([new Error("x"), Object(1n), Object(Symbol("s")), new String("x"), new Number(1), globalThis]),
  (random) => random.of([Promise.resolve({}), thenable(), new Proxy(Promise.resolve(1), {})]),
  (random) => new (random.of(KINDS))(new ArrayBuffer(64)),
  (random) => Uint8Array.from({ length: random.below(300) }, () => random.below(256)),
  () => new SharedArrayBuffer(16),
  () => new Uint8Array(new SharedArrayBuffer(16)),
  () => new ArrayBuffer(8, { maxByteLength: 64 }),
  outOfBounds,
  (random) => detached(random),
  (random) => Object.create(random.of([Uint8Array.prototype, Array.prototype, null, String.prototype, Map.prototype])),
  () => JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  cyclic,
  revoked,
  (random) => new Proxy(random.once(2) ? {} : () => {}, throwingTraps(random)),
  (random) => new Proxy({}, lyingTraps(random)),
  (random) => ({ [random.of(NAMES)]: 1, toJSON: () => fail(random) }),
  (random) => ({
    get [random.of(NAMES)]() {
      return fail(random);
    },
  }),
  (random) => ({ [Symbol.iterator]: random.of([1, () => fail(random), () => ({ next: () => fail(random) })]) }),
  (random) => ({ [Symbol.toPrimitive]: () => fail(random), toString: () => fail(random), valueOf: () => fail(random) }),
];

const NESTED = [
  (random, depth) => Array.from({ length: random.below(4) }, () => hostile(random, depth)),
  (random, depth) =>
    Object.fromEntries(Array.from({ length: random.below(5) }, () => [random.of(NAMES), hostile(random, depth)])),
  (random, depth) => ({ toJSON: () => hostile(random, depth) }),
  (random, depth) => ({
    get [random.of(NAMES)]() {
      return hostile(random, depth);
    },
  }),
  (random, depth) => [[random.of(TEXTS), hostile(random, depth)]],
  (random, depth) => ({
    value: hostile(random, depth),
    currency: random.of(["INR", "IDR", "TRY", "XXX", "__proto__"]),
  }),
  (random, depth) =>
    Object.assign(Object.create({ [random.of(NAMES)]: hostile(random, depth) }), { [random.of(NAMES)]: 1 }),
];

/** What a Promise of another library looks like. */
function thenable() {
  const name = "then";
  return { [name]: (done) => done({}) };
}

function outOfBounds() {
  const buffer = new ArrayBuffer(64, { maxByteLength: 64 });
  const view = new Uint8Array(buffer, 32);
  buffer.resize(8);
  return view;
}

function detached(random) {
  const bytes = new Uint8Array(16);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return random.once(2) ? bytes : bytes.buffer;
}

function cyclic() {
  const circle = { list: [] };
  circle.list.push(circle);
  return circle;
}

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Some of the traps throw. */
function throwingTraps(random) {
  const names = ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf", "apply", "construct", "set"];
  return Object.fromEntries(names.filter(() => random.once(2)).map((name) => [name, () => fail(random)]));
}

/** Every answer is another one. */
function lyingTraps(random) {
  return {
    get: () => hostile(random, 3),
    has: () => random.once(2),
    ownKeys: () => random.of([[], [...NAMES], ["a", "a"], [Symbol.iterator]]),
    getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
    getPrototypeOf: () => random.of([null, Array.prototype, Uint8Array.prototype, Error.prototype]),
  };
}

function nested(depth) {
  let value = {};
  for (let at = 0; at < depth; at++) value = { a: value };
  return value;
}

function many(count) {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
}

/** A body of 64 MiB. Only where a body belongs: as JSON, which inputs are read as, bytes are gigabytes of text. */
export function bigBody(random) {
  return random.of([BIG_BYTES, BIG_TEXT, BIG_BYTES.buffer, BIG_BYTES.subarray(1), new DataView(BIG_BYTES.buffer)]);
}

export function giantText() {
  return BIG_TEXT;
}

/** A good value with something hostile in one or two places. */
export function spoiled(random, good) {
  if (random.once(8)) return hostile(random);
  const copy = Array.isArray(good) ? [...good] : { ...good };
  for (let left = 1 + random.below(2); left > 0; left--) {
    const name = random.of([...Object.keys(good), random.of(NAMES)]);
    const old = good[name];
    const deeper = typeof old === "object" && old !== null && random.once(2);
    put(random, copy, name, deeper ? spoiled(random, old) : hostile(random));
  }
  return random.once(20) ? JSON.stringify(good).slice(0, random.below(400)) : copy;
}

/** As a value, or behind a getter that says something else each time. */
function put(random, object, name, value) {
  const get = () => (random.once(2) ? value : hostile(random, 3));
  const how = random.once(10) ? { get } : { value, writable: true };
  Object.defineProperty(object, name, { ...how, enumerable: true, configurable: true });
}
