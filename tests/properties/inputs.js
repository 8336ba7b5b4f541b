// Good inputs for any operation, made from the fields that the catalog lists, as fast-check makes them.

import fc from "fast-check";

const LINE = fc.string({ unit: fc.constantFrom(..."aZ09 \"\\/%&?#+.~'<>{}[]:,éß₹😀中"), minLength: 1, maxLength: 20 });
const PROSE = fc.string({ unit: fc.constantFrom(...'aZ0 "\\/\n\t\r\u007fé₹😀\u2028'), maxLength: 20 });
const HEADER = fc.constantFrom(..."abcXYZ0189_-.:/+=~!@");
const TOKEN = fc.constantFrom(..."abcXYZ0189_-");

const KINDS = {
  text: ({ min, max }) =>
    fc.tuple(padding(min), LINE).map(([pad, text]) =>
      Array.from(text + pad)
        .slice(0, max)
        .join(""),
    ),
  header: ({ min, max }) => fc.string({ unit: HEADER, minLength: min, maxLength: Math.min(max, min + 20) }),
  prose: ({ max }) => PROSE.map((text) => Array.from(text).slice(0, max).join("")),
  token: ({ min, max }) => fc.string({ unit: TOKEN, minLength: min, maxLength: Math.min(max, min + 20) }),
  long: () => fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.maxSafeNat()),
  integer: ({ min, max }) => fc.integer({ min, max: Math.min(max, 2 ** 31 - 1) }),
  decimal: () => fc.tuple(fc.nat(), fc.nat(99)).map(([whole, part]) => `${whole}.${String(part).padStart(2, "0")}`),
  flag: () => fc.boolean(),
  oneOf: ({ choices }) => fc.constantFrom(...choices),
  someOf: ({ choices }) => fc.subarray(choices, { minLength: 1 }),
  money: ({ currencies }) => money(currencies),
  notes: ({ pairs }) => fc.dictionary(TOKEN, PROSE, { maxKeys: Math.min(pairs, 3) }),
  list: ({ fields }) => fc.array(inputOf(fields), { minLength: 1, maxLength: 2 }),
};

/** Whole amounts of the currency, which every provider takes, as text or in minor units. */
function money(currencies) {
  const currency = fc.constantFrom(...(currencies.length > 0 ? currencies : ["INR", "TRY", "USD", "EUR"]));
  const whole = fc.bigInt({ min: 1n, max: 10n ** 13n });
  const inMinor = fc.tuple(whole, currency).map(([units, code]) => ({ minor: units * 100n, currency: code }));
  return fc.oneof(
    inMinor,
    inMinor.map((amount) => ({ value: String(amount.minor / 100n), currency: amount.currency })),
  );
}

function padding(min) {
  return fc.constant("x".repeat(min));
}

/** Texts that are times; their form is no kind of its own. */
const TIMES = {
  minCreatedDate: fc.constantFrom("2021-11-15T14:07:18", "2021-01-01T00:00:00"),
  maxCreatedDate: fc.constant("2022-11-15T14:07:18"),
  from: fc.constantFrom("2022-02-01", "2022-02-28"),
  to: fc.constant("2023-03-03"),
};

/** An input that obeys every field's own rule. */
export function inputOf(fields) {
  const requiredKeys = fields.filter(({ need }) => need === "required").map(({ name }) => name);
  const members = fields.map((field) => [
    field.name,
    (field.kind !== "integer" && TIMES[field.name]) || KINDS[field.kind](field),
  ]);
  return fc.record(Object.fromEntries(members), { requiredKeys, noNullPrototype: true });
}
