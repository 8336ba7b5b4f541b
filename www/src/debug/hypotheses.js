// The mistakes that people make: each says how it changes the computation, and what to tell the person.

import { providers } from "../catalog.js";
import { ENCODINGS, encode, fromBase64, fromHex, utf8 } from "./crypto.js";
import { minify } from "./json.js";
import { decoded, header, originOf, pathOf, queryOf } from "./request.js";
import { otherSpellings } from "./spellings.js";
import { otherTimes } from "./times.js";

/** @typedef {import("./compute.js").Attempt} Attempt */
/** @typedef {import("./schemes.js").Form} Form */
/** @typedef {import("./schemes.js").Part} Part */
/** @typedef {{ attempt: Attempt, detail: string }} Variation how exactly, in words that end the hypothesis' sentence */

/**
 * @typedef {object} Hypothesis
 * @property {string} id
 * @property {"body" | "digest" | "string" | "secret" | "signature" | "header"} stage where it first shows
 * @property {string} says what was done
 * @property {string} fix what to do
 * @property {boolean} [common] tried together with others too
 * @property {(attempt: Attempt) => Variation[]} vary
 */

/** @param {Attempt} attempt @param {Partial<Form>} change @returns {Attempt} */
const withForm = (attempt, change) => ({ ...attempt, form: { ...attempt.form, ...change } });

/** The body that is signed, once it has the form that the scheme wants. @param {Attempt} attempt @param {(body: string) => string} edit @returns {Attempt} */
function withBody(attempt, edit) {
  const { form } = attempt;
  const formed = (/** @type {string} */ body) => (form.body === "minified" ? minify(form.edit(body)) : form.edit(body));
  return withForm(attempt, { body: "raw", edit: (body) => edit(formed(body)) });
}

/** Whether the body is signed at all. @param {Attempt} attempt */
const signsBody = ({ form }) => form.digest !== undefined || form.parts.some(({ label }) => label === "body");

/** @param {Attempt} attempt @param {string} label @param {(value: string) => string} map */
function withPart(attempt, label, map) {
  const parts = attempt.form.parts.map((part) => {
    if (part.label !== label) return part;
    return {
      label,
      of: (/** @type {import("./schemes.js").Given} */ given) => {
        const value = part.of(given);
        return typeof value === "string" ? map(value) : value;
      },
    };
  });
  return withForm(attempt, { parts });
}

/** Each wrong value of the parts that have one of these labels. @param {Attempt} attempt @param {readonly string[]} labels @param {(attempt: Attempt) => { value: string | ((value: string) => string), detail: string }[]} wrong @returns {Variation[]} */
function wrongParts(attempt, labels, wrong) {
  const label = attempt.form.parts.map((part) => part.label).find((own) => labels.includes(own));
  if (label === undefined) return [];
  return wrong(attempt).map(({ value, detail }) => ({
    attempt: withPart(attempt, label, typeof value === "string" ? () => value : value),
    detail,
  }));
}

const URL_PARTS = ["decoded URL", "EndpointUrl", "Request-Target"];
const TIME_PARTS = ["Request-Timestamp", "X-TIMESTAMP"];

/** The names of the secrets that this computation uses. @param {Attempt} attempt */
const secretNames = ({ secrets }) => Object.keys(secrets).filter((name) => name !== "rsaKey" && name !== "keyId");

/** Each wrong form of each secret. @param {Attempt} attempt @param {(secret: string) => { value: string | import("./crypto.js").Bytes | undefined, detail: string }[]} wrong @returns {Variation[]} */
const wrongSecrets = (attempt, wrong) =>
  secretNames(attempt).flatMap((name) => {
    const secret = attempt.secrets[name];
    if (typeof secret !== "string") return [];
    const usable = wrong(secret).filter(({ value }) => value !== undefined && value !== secret);
    return usable.map(({ value, detail }) => ({
      attempt: { ...attempt, secrets: { ...attempt.secrets, [name]: value ?? "" } },
      detail: `${name} ${detail}`,
    }));
  });

/** @param {readonly Part[]} parts @returns {Part[][]} all other orders */
function otherOrders(parts) {
  const [first, ...rest] = parts;
  if (first === undefined) return [];
  if (rest.length === 0) return [[first]];
  return parts.flatMap((part, index) => {
    const others = parts.filter((_other, at) => at !== index);
    return otherOrders(others).map((order) => [part, ...order]);
  });
}

/** @param {readonly Part[]} parts */
const labels = (parts) => parts.map(({ label }) => label).join(", ");

/** @type {readonly Hypothesis[]} */
export const HYPOTHESES = [
  {
    id: "secret-decoded",
    stage: "secret",
    common: true,
    says: "The secret was decoded before it was used",
    fix: "Use the characters of the secret as they are, even if they look like base64 or hex.",
    vary: (attempt) =>
      wrongSecrets(attempt, (secret) => [
        { value: fromBase64(secret), detail: "was decoded from base64" },
        { value: fromHex(secret), detail: "was decoded from hex" },
        { value: decoded(secret), detail: "was percent-decoded" },
      ]),
  },
  {
    id: "secret-encoded",
    stage: "secret",
    says: "The secret was encoded before it was used",
    fix: "Use the characters of the secret as they are.",
    vary: (attempt) =>
      wrongSecrets(attempt, (secret) => [
        ...ENCODINGS.filter((encoding) => encoding === "base64" || encoding === "hex").map((encoding) => ({
          value: encode(utf8(secret), encoding),
          detail: `was encoded as ${encoding}`,
        })),
        { value: encodeURIComponent(secret), detail: "was percent-encoded" },
        { value: utf16(secret), detail: "was used as UTF-16" },
      ]),
  },
  {
    id: "secret-space",
    stage: "secret",
    common: true,
    says: "White space was used as part of the secret, or left out of it",
    fix: "Trim the secret where it is read: files and environment variables often end with a line break.",
    vary: (attempt) =>
      wrongSecrets(attempt, (secret) => [
        { value: `${secret}\n`, detail: "had a line break (LF) at its end" },
        { value: `${secret}\r\n`, detail: "had a line break (CR LF) at its end" },
        { value: `${secret}\r`, detail: "had a carriage return (CR) at its end" },
        { value: `${secret}\\n`, detail: "had the two characters \\n at its end" },
        { value: `${secret} `, detail: "had a space at its end" },
        { value: ` ${secret}`, detail: "had a space at its beginning" },
        { value: `${secret}\t`, detail: "had a tab at its end" },
        { value: `${secret}\u00a0`, detail: "had a no-break space at its end" },
        { value: secret.trim(), detail: "as pasted here has white space around it that was not used" },
      ]),
  },
  {
    id: "secret-quotes",
    stage: "secret",
    says: "Quotes were used as part of the secret, or left out of it",
    fix: "Quotes around a value in .env and YAML files are not part of it: check what the program really reads.",
    vary: (attempt) =>
      wrongSecrets(attempt, (secret) => [
        { value: `"${secret}"`, detail: "had double quotes around it" },
        { value: `'${secret}'`, detail: "had single quotes around it" },
        { value: `<${secret}>`, detail: "had angle brackets around it" },
        {
          value: secret.trim().replace(/^(["'])(.*)\1$/, "$2"),
          detail: "as pasted here has quotes that were not used",
        },
      ]),
  },
  {
    id: "secret-invisible",
    stage: "secret",
    says: "A character that cannot be seen was used as part of the secret",
    fix: "Copy the secret again, or remove what is not ASCII: a byte order mark comes from files, a zero-width space from web pages.",
    vary: (attempt) =>
      wrongSecrets(attempt, (secret) => [
        { value: `\ufeff${secret}`, detail: "had a byte order mark before it" },
        { value: `${secret}\u200b`, detail: "had a zero-width space behind it" },
        { value: `${secret}\u0000`, detail: "had a NUL behind it" },
        { value: secret.replace(/[^\x20-\x7e]/g, ""), detail: "as pasted here has such a character that was not used" },
      ]),
  },
  {
    id: "secret-case",
    stage: "secret",
    says: "The secret was used in other letters",
    fix: "Capitals count.",
    vary: (attempt) =>
      wrongSecrets(attempt, (secret) => [
        { value: secret.toLowerCase(), detail: "was used in small letters" },
        { value: secret.toUpperCase(), detail: "was used in capitals" },
      ]),
  },
  {
    id: "secret-expanded",
    stage: "secret",
    says: "A shell has put something in the place of the secret's $ parts",
    fix: "Write the secret in single quotes, or read it from a file: $HOME, $$ and the like are replaced in double quotes.",
    vary: (attempt) =>
      wrongSecrets(attempt, (secret) => [
        { value: secret.replace(SHELL_PART, ""), detail: "lost what begins with a $" },
        { value: expandedIn(attempt.sent, secret), detail: "has something else where a $ stood" },
      ]),
  },
  {
    id: "bearer-key",
    stage: "header",
    says: "The key is sent as a Bearer token",
    fix: 'Send "Basic " and the base64 of the key with its colon.',
    vary: bearerVariations,
  },
  {
    id: "secret-missing",
    stage: "secret",
    says: "The secret was not there",
    fix: "Check the name of the environment variable or binding that it is read from.",
    vary: (attempt) =>
      wrongSecrets(attempt, () => [
        { value: "", detail: "was empty" },
        { value: "undefined", detail: "was the word undefined" },
        { value: "null", detail: "was the word null" },
        { value: "None", detail: "was the word None" },
      ]),
  },
  {
    id: "other-key",
    stage: "secret",
    says: "Another key was used",
    fix: "Use the key that the rule names: keys for webhooks, tokens and other environments are different ones.",
    vary: otherKeys,
  },
  {
    id: "body-newline",
    stage: "body",
    common: true,
    says: "The body that was signed ends differently",
    fix: "Sign and send the same bytes. echo, heredocs, editors and files add a line break at the end; use printf or trim it in both places.",
    vary: (attempt) =>
      !signsBody(attempt)
        ? []
        : [
            {
              attempt: withBody(attempt, (body) => `${body}\n`),
              detail: "a line break (LF) was added for the signature",
            },
            {
              attempt: withBody(attempt, (body) => `${body}\r\n`),
              detail: "a line break (CR LF) was added for the signature",
            },
            {
              attempt: withBody(attempt, (body) => body.replace(/\r?\n$/, "")),
              detail: "its last line break was left out of the signature",
            },
            {
              attempt: withBody(attempt, (body) => body.trim()),
              detail: "white space around it was left out of the signature",
            },
          ],
  },
  {
    id: "body-line-ends",
    stage: "body",
    says: "The body that was signed has other line breaks",
    fix: "Read and send the body as bytes, so that nothing converts its line ends.",
    vary: (attempt) =>
      !signsBody(attempt)
        ? []
        : [
            {
              attempt: withBody(attempt, (body) => body.replace(/\r?\n/g, "\r\n")),
              detail: "CR LF was signed where LF was sent",
            },
            {
              attempt: withBody(attempt, (body) => body.replaceAll("\r\n", "\n")),
              detail: "LF was signed where CR LF was sent",
            },
          ],
  },
  {
    id: "body-reserialized",
    stage: "body",
    common: true,
    says: "The same JSON was signed in another spelling",
    fix: "Serialize the body once, keep the text, sign it and send that very text. An HTTP library that is given an object writes it again.",
    vary: (attempt) =>
      !signsBody(attempt)
        ? []
        : otherSpellings(attempt.sent.body).map(({ name, text }) => ({
            attempt: withBody(attempt, () => text),
            detail: `it was signed ${name}`,
          })),
  },
  {
    id: "body-not-minified",
    stage: "body",
    common: true,
    says: "The body was hashed with its white space",
    fix: "Hash minify(body): the JSON without white space between its tokens. Or send it without.",
    vary: (attempt) =>
      attempt.form.body === "minified"
        ? [{ attempt: withForm(attempt, { body: "raw" }), detail: "this scheme hashes it without" }]
        : [],
  },
  {
    id: "body-empty",
    stage: "body",
    says: "The signature was made over an empty body",
    fix: "Make the body before the signature, and hand the same text to both.",
    vary: (attempt) =>
      !signsBody(attempt)
        ? []
        : [
            { attempt: withBody(attempt, () => ""), detail: "nothing was hashed" },
            { attempt: withBody(attempt, () => "{}"), detail: "{} was hashed" },
            { attempt: withBody(attempt, () => "null"), detail: "null was hashed" },
            {
              attempt: withBody(attempt, () => "[object Object]"),
              detail: "an object was hashed as text: [object Object]",
            },
            {
              attempt: withBody(attempt, (body) => JSON.stringify(body)),
              detail: "it was serialized twice: the text was made a JSON string once more",
            },
          ],
  },
  {
    id: "body-encoding",
    stage: "body",
    says: "The body was signed in another character encoding, or with a byte order mark",
    fix: "Sign the UTF-8 bytes that are sent, without a byte order mark.",
    vary: (attempt) =>
      !signsBody(attempt)
        ? []
        : [
            { attempt: withForm(attempt, { charset: "latin-1" }), detail: "ISO 8859-1 instead of UTF-8" },
            {
              attempt: withForm(attempt, { charset: "windows-1254" }),
              detail: "Windows-1254 (Turkish) instead of UTF-8",
            },
            { attempt: withBody(attempt, (body) => `\ufeff${body}`), detail: "a byte order mark stood before it" },
            {
              attempt: withBody(attempt, (body) => body.replace(/^\ufeff/, "")),
              detail: "it is sent with a byte order mark that was not signed",
            },
          ],
  },
  {
    id: "unicode-form",
    stage: "body",
    says: "A letter with a mark was signed in another Unicode form",
    fix: "Send and sign the same text: macOS and some databases decompose letters (NFD), others compose them (NFC).",
    vary: (attempt) => {
      const forms = /** @type {const} */ ([
        ["NFC", "composed (NFC)"],
        ["NFD", "decomposed (NFD)"],
      ]);
      const bodies = forms
        .filter(([form]) => signsBody(attempt) && attempt.sent.body.normalize(form) !== attempt.sent.body)
        .map(([form, word]) => ({
          attempt: withBody(attempt, (body) => body.normalize(form)),
          detail: `the signed body is ${word}, and the one that was sent is not`,
        }));
      const secrets = wrongSecrets(attempt, (secret) =>
        forms.map(([form, word]) => ({ value: secret.normalize(form), detail: `was ${word}` })),
      );
      return [...bodies, ...secrets];
    },
  },
  {
    id: "digest-encoding",
    stage: "digest",
    common: true,
    says: "The hash of the body is written in another way",
    fix: "Write it as the provider's rule says: upper and lower case, hex and base64 are different texts.",
    vary: (attempt) => {
      const { digest } = attempt.form;
      if (!digest) return [];
      const others = ENCODINGS.filter((encoding) => encoding !== digest.encoding && encoding !== "text");
      return others.map((encoding) => ({
        attempt: withForm(attempt, { digest: { ...digest, encoding } }),
        detail: `as ${encoding} instead of ${digest.encoding}`,
      }));
    },
  },
  {
    id: "digest-algorithm",
    stage: "digest",
    says: "The body was hashed in another way",
    fix: "Hash it with SHA-256, and put nothing before the hash.",
    vary: (attempt) => {
      const { digest } = attempt.form;
      if (!digest) return [];
      const hashes = /** @type {const} */ (["SHA-1", "SHA-512"]).map((hash) => ({
        attempt: withForm(attempt, { digest: { ...digest, hash } }),
        detail: `with ${hash} instead of ${digest.hash}`,
      }));
      const prefixed = {
        attempt: withForm(attempt, { digest: { ...digest, prefix: "SHA-256=" } }),
        detail: 'with "SHA-256=" before the hash',
      };
      const raw = wrongParts(attempt, ["Digest", "body hash"], () => [
        { value: attempt.sent.body, detail: "not at all: the body itself stands in its place" },
      ]);
      return [...hashes, prefixed, ...raw];
    },
  },
  {
    id: "label-capitals",
    stage: "string",
    common: true,
    says: "A label of the string to sign has other capitals",
    fix: "Copy the labels letter by letter from the rule: capitals count.",
    vary: capitalVariations,
  },
  {
    id: "label",
    stage: "string",
    says: "A label of the string to sign is written differently",
    fix: "Copy the labels letter by letter from the rule: capitals count, and there is no space after the colon.",
    vary: labelVariations,
  },
  {
    id: "part-order",
    stage: "string",
    says: "The parts of the string to sign stand in another order",
    fix: "Put them in the order of the rule.",
    vary: (attempt) => {
      const { parts } = attempt.form;
      const orders = parts.length < 2 ? [] : otherOrders(parts).filter((order) => labels(order) !== labels(parts));
      return orders.map((order) => ({ attempt: withForm(attempt, { parts: order }), detail: labels(order) }));
    },
  },
  {
    id: "part-missing",
    stage: "string",
    says: "A part of the string to sign was left out, or is empty",
    fix: "Put every part of the rule into the string.",
    vary: (attempt) => {
      const { parts } = attempt.form;
      const without = parts.map(({ label }, index) => ({
        attempt: withForm(attempt, { parts: parts.filter((_part, at) => at !== index) }),
        detail: `${label} is missing`,
      }));
      const empty = parts.map(({ label }) => ({
        attempt: withPart(attempt, label, () => ""),
        detail: `${label} is empty`,
      }));
      const undefinedText = parts.map(({ label }) => ({
        attempt: withPart(attempt, label, () => "undefined"),
        detail: `${label} is the word undefined`,
      }));
      const nullText = parts.map(({ label }) => ({
        attempt: withPart(attempt, label, () => "null"),
        detail: `${label} is the word null`,
      }));
      return [...(parts.length > 1 ? without : []), ...empty, ...undefinedText, ...nullText];
    },
  },
  {
    id: "digest-of-get",
    stage: "string",
    says: "A request without a body has a Digest line in its string to sign",
    fix: "Leave the whole Digest line out for GET.",
    vary: (attempt) => {
      const { form } = attempt;
      if (!form.digest || form.parts.some(({ label }) => label === "Digest" || label === "body hash")) return [];
      const line = { label: "Digest", of: (/** @type {import("./schemes.js").Given} */ { digest }) => digest };
      return [
        { attempt: withForm(attempt, { parts: [...form.parts, line] }), detail: "the hash of nothing was signed" },
        {
          attempt: withForm(attempt, { parts: [...form.parts, { ...line, of: () => "" }] }),
          detail: "an empty Digest line was signed",
        },
      ];
    },
  },
  {
    id: "separator",
    stage: "string",
    says: "Something else stands between or after the parts of the string to sign",
    fix: "Join the parts exactly as the rule says, with nothing at the end.",
    vary: (attempt) => {
      const { form } = attempt;
      const shown = (/** @type {string} */ text) => (text === "" ? "nothing" : JSON.stringify(text));
      const others =
        form.parts.length < 2
          ? []
          : ["", "\n", "\r\n", "\\n", ":", "|", "||", "&", "+", ",", " ", "."].filter(
              (separator) => separator !== form.separator,
            );
      const between = others.map((separator) => ({
        attempt: withForm(attempt, { separator }),
        detail: `${shown(separator)} between them instead of ${shown(form.separator)}`,
      }));
      const ends = ["\n", "\r\n", ...(form.separator ? [form.separator] : [])];
      const after = [...new Set(ends)].map((end) => ({
        attempt: withForm(attempt, { end }),
        detail: `${shown(end)} after the last one`,
      }));
      return [...between, ...after, ...indentations(attempt)];
    },
  },
  {
    id: "url-encoding",
    stage: "string",
    common: true,
    says: "The URL was signed with another percent-encoding",
    fix: "Craftgate signs the decoded URL, SNAP and DOKU the path as it is called. Encode once, in one place.",
    vary: (attempt) => wrongParts(attempt, URL_PARTS, encodingVariations),
  },
  {
    id: "path",
    stage: "string",
    common: true,
    says: "Another path was signed than the one that was called",
    fix: "Sign the URL in the form of the rule, exactly as it is called: a proxy's prefix, a version, the query and the host count.",
    vary: (attempt) => wrongParts(attempt, URL_PARTS, pathVariations),
  },
  {
    id: "other-endpoint",
    stage: "string",
    says: "The path of another endpoint was signed",
    fix: "Take the path from the request that is sent, in the same place.",
    vary: (attempt) => wrongParts(attempt, URL_PARTS, endpointVariations),
  },
  {
    id: "method",
    stage: "string",
    says: "Another method was signed than the one that was called",
    fix: "Sign the method of the request, in capitals.",
    vary: (attempt) => {
      const { method } = attempt.sent;
      const others = [method.toLowerCase(), "GET", "POST", "PUT", "PATCH"].filter((other) => other !== method);
      return wrongParts(attempt, ["HTTP method"], () =>
        others.map((other) => ({ value: other, detail: `${other} instead of ${method}` })),
      );
    },
  },
  {
    id: "time-format",
    stage: "string",
    common: true,
    says: "The time was signed in another form than it was sent in",
    fix: "Make the timestamp once, keep its text, and use that text for the header and the string to sign.",
    vary: (attempt) => wrongParts(attempt, TIME_PARTS, ({ sent }) => timeOf(sent, "forms")),
  },
  {
    id: "time-twice",
    stage: "string",
    says: "Another moment was signed than the one in the header",
    fix: "Read the clock once for each request, and use the same text in both places.",
    vary: (attempt) => wrongParts(attempt, TIME_PARTS, ({ sent }) => timeOf(sent, "moments")),
  },
  {
    id: "token-bearer",
    stage: "string",
    common: true,
    says: "The access token was signed with more than the token",
    fix: 'Sign the token alone: "Bearer " belongs to the header only.',
    vary: (attempt) =>
      wrongParts(attempt, ["AccessToken"], () => [
        { value: (token) => `Bearer ${token}`, detail: 'with "Bearer " before it' },
        { value: (token) => `${token}\n`, detail: "with a line break behind it" },
      ]),
  },
  {
    id: "algorithm",
    stage: "signature",
    says: "The signature was made with another algorithm",
    fix: "Use the algorithm of the rule.",
    vary: algorithmVariations,
  },
  {
    id: "encoding",
    stage: "signature",
    common: true,
    says: "The signature is written in another way",
    fix: "Write it as the rule says: hex and base64, capitals and small letters are different texts.",
    vary: (attempt) => {
      const { encoding } = attempt.form;
      const others = ENCODINGS.filter(
        (other) => other !== encoding && (other !== "text" || attempt.form.algorithm === "none"),
      );
      return others.map((other) => ({
        attempt: withForm(attempt, { encoding: other }),
        detail: `as ${other} instead of ${encoding}`,
      }));
    },
  },
  {
    id: "prefix",
    stage: "header",
    says: "What stands before the signature in the header is different",
    fix: "Write it exactly as in the rule.",
    vary: (attempt) => {
      const { prefix } = attempt.form;
      const word = prefix.trim().replace(/=$/, "");
      const others =
        word === ""
          ? ["HMACSHA256=", "HMACSHA512=", "sha256=", "Bearer "]
          : [
              "",
              word,
              `${word} `,
              `${word}=`,
              `${word}: `,
              `${word.toLowerCase()}${prefix.slice(word.length)}`,
              `${word.toUpperCase()}${prefix.slice(word.length)}`,
              `${prefix} `,
              "Bearer ",
              "Basic ",
            ];
      const different = [...new Set(others)].filter((other) => other !== prefix);
      return different.map((other) => ({
        attempt: withForm(attempt, { prefix: other }),
        detail: `${JSON.stringify(other)} instead of ${JSON.stringify(prefix)}`,
      }));
    },
  },
];

/** @param {Attempt} attempt @returns {Variation[]} */
function labelVariations(attempt) {
  const { form } = attempt;
  const isLabelled = form.write("label", "").length > 1;
  if (!isLabelled) return [];
  /** @param {(label: string) => string} map @param {string} colon @param {string} detail @returns {Variation} */
  const all = (map, colon, detail) => ({
    attempt: withForm(attempt, { write: (label, value) => [`${map(label)}${colon}`, value] }),
    detail,
  });
  /** @type {[(label: string) => string, string][]} */
  const spellings = [
    [(label) => label.toLowerCase(), "small letters"],
    [(label) => label.toUpperCase(), "capitals"],
    [(label) => label.replace(/-(.)/g, (_all, next) => `-${next.toLowerCase()}`), "one capital"],
    [(label) => label.replaceAll("-", ""), "no hyphen"],
    [(label) => label.replaceAll("-", "_"), "an underscore"],
    [(label) => label.replace("Request-", "Response-"), "Response in the place of Request"],
    [(label) => label.replace("Request-Timestamp", "Timestamp"), "Timestamp only"],
    [(label) => label.replace("Request-Target", "Target"), "Target only"],
  ];
  const one = spellings.flatMap(([map, detail]) =>
    form.parts.map(({ label }) =>
      all((own) => (own === label ? map(own) : own), ":", `${map(label)} instead of ${label} (${detail})`),
    ),
  );
  const typos = form.parts.flatMap(({ label }) =>
    typosOf(label).map(({ value, detail }) =>
      all((own) => (own === label ? value : own), ":", `${value} instead of ${label} (${detail})`),
    ),
  );
  return [
    ...one,
    ...typos,
    ...spellings.map(([map, detail]) => all(map, ":", `all of them in ${detail}`)),
    all((label) => label, ": ", "a space after the colon"),
    all((label) => label, "=", "= instead of the colon"),
    { attempt: withForm(attempt, { write: (_label, value) => [value] }), detail: "values without labels" },
  ];
}

/** One slip of the finger. @param {string} label @returns {{ value: string, detail: string }[]} */
function typosOf(label) {
  const flipped = (/** @type {string} */ char) =>
    char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase();
  const found = Array.from(label).flatMap((char, at) => {
    const [before, after] = [label.slice(0, at), label.slice(at + 1)];
    return [
      { value: before + after, detail: "a letter is missing" },
      { value: before + char + char + after, detail: "a letter is doubled" },
      { value: before + flipped(char) + after, detail: "a letter has the other case" },
      { value: before + after.slice(0, 1) + char + after.slice(1), detail: "two letters are swapped" },
    ];
  });
  return found.filter(({ value }) => value !== label);
}

/** @param {Attempt} attempt @returns {Variation[]} */
function capitalVariations(attempt) {
  const { form } = attempt;
  const concerned = form.parts.filter(({ label }) => /Id$/.test(label));
  if (form.write("label", "").length < 2 || concerned.length === 0) return [];
  const written = (/** @type {(label: string) => string} */ map, /** @type {string} */ detail) => ({
    attempt: withForm(attempt, { write: (label, value) => [`${map(label)}:`, value] }),
    detail,
  });
  const capital = (/** @type {string} */ label) => label.replace(/Id$/, "ID");
  return [
    ...concerned.map(({ label }) =>
      written((own) => (own === label ? capital(own) : own), `${capital(label)} instead of ${label}`),
    ),
    written(capital, "ID in all of them"),
  ];
}

/** The lines of a text in the source, with what stands before them there. @param {Attempt} attempt @returns {Variation[]} */
function indentations(attempt) {
  const { form } = attempt;
  if (form.separator !== "\n") return [];
  const [first] = form.parts;
  const starts = (/** @type {string} */ start) => ({
    write: (/** @type {string} */ label, /** @type {string | import("./crypto.js").Bytes} */ value) => [
      label === first?.label ? start : "",
      ...form.write(label, value),
    ],
  });
  return [
    ["  ", "2 spaces"],
    ["    ", "4 spaces"],
    ["      ", "6 spaces"],
    ["        ", "8 spaces"],
    ["\t", "a tab"],
    ["\t\t", "two tabs"],
  ].flatMap(([indent = "", name]) => [
    { attempt: withForm(attempt, { separator: `\n${indent}` }), detail: `all lines but the first begin with ${name}` },
    {
      attempt: withForm(attempt, { separator: `\n${indent}`, ...starts(indent) }),
      detail: `all lines begin with ${name}`,
    },
    {
      attempt: withForm(attempt, { separator: `\n${indent}`, ...starts(`\n${indent}`) }),
      detail: `it begins with a line break, and all lines with ${name}`,
    },
  ]);
}

/** The paths of all operations, where they are whole. */
const ENDPOINTS = [
  ...new Set([
    ...providers()
      .flatMap(({ operations }) => operations.map(({ path }) => path))
      .filter((path) => !path.includes("{")),
    // DOKU's older path of a card refund.
    "/credit-card/v1/cancellation/credit-card/refund",
    // Other calls of a merchant's to the same hosts.
    "/checkout/v1/payment",
    "/credit-card/v1/payment-page",
    "/v1.0/debit/payment",
    "/v1/orders",
    "/v1/payments",
    "/payment/v1/card-payments",
  ]),
];

/** @param {Attempt} attempt */
function endpointVariations({ sent, form }) {
  const isWhole = form.parts.some(({ label }) => label === "decoded URL");
  const others = ENDPOINTS.filter((path) => path !== pathOf(sent.url));
  return others.map((path) => ({ value: isWhole ? originOf(sent.url) + path : path, detail: path }));
}

/** What a shell replaces. */
const SHELL_PART = /\$(?:\{[^}]*\}|[A-Za-z_]\w*|[$\d?!@*#-])/g;

/** The password that was sent, where it is the secret with something else for its $ parts. @param {import("./request.js").Sent} sent @param {string} secret */
function expandedIn(sent, secret) {
  if (!secret.includes("$")) return undefined;
  const written = /^Basic\s+(\S+)$/.exec(header(sent, "Authorization") ?? "")?.[1] ?? "";
  const bytes = fromBase64(written);
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  const password = text.slice(text.indexOf(":") + 1);
  const kept = secret.split(SHELL_PART).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${kept.join("[^]{0,200}")}$`).test(password) ? password : undefined;
}

/** @param {Attempt} attempt @returns {Variation[]} */
function bearerVariations(attempt) {
  const { form } = attempt;
  if (form.algorithm !== "none" || !form.prefix.startsWith("Basic")) return [];
  const [name] = secretNames(attempt);
  const bare = {
    label: "key",
    of: (/** @type {import("./schemes.js").Given} */ { secrets }) => secrets[name ?? ""] ?? "",
  };
  const as = (/** @type {Partial<Form>} */ change) =>
    withForm(attempt, { prefix: "Bearer ", encoding: "text", ...change });
  return [
    { attempt: as({ parts: [bare], end: "" }), detail: "the key as it is" },
    { attempt: as({ parts: [bare], end: ":" }), detail: "the key with its colon" },
  ];
}

/** A prefix that a proxy or a router takes away is no longer. */
const MOST_SEGMENTS = 10;

/** @param {Attempt} attempt */
function pathVariations({ sent }) {
  const [origin, path, query] = [originOf(sent.url), pathOf(sent.url), queryOf(sent.url)];
  const segments = path.split("/").slice(1);
  const shorter = segments.slice(0, Math.min(segments.length - 1, MOST_SEGMENTS)).map((_segment, index) => ({
    value: `/${segments.slice(index + 1).join("/")}`,
    detail: `without /${segments.slice(0, index + 1).join("/")} at its beginning`,
  }));
  return [
    { value: sent.url, detail: "the full URL with its host and query" },
    { value: origin + path, detail: "the URL without its query" },
    { value: path, detail: "the path alone" },
    { value: path + query, detail: "the path with its query" },
    { value: originOf(sent.url).replace(/^[a-z]+:\/\//i, "") + path, detail: "host and path, without https://" },
    { value: path.slice(1), detail: "without its first slash" },
    { value: `${path}/`, detail: "with a slash at its end" },
    { value: path.replace(/(.)\/$/, "$1"), detail: "without the slash at its end" },
    { value: `${sent.url}/`, detail: "the full URL with a slash at its end" },
    { value: sent.url.replace(/^https:/, "http:"), detail: "http:// instead of https://" },
    { value: sent.url.replace(/^http:/, "https:"), detail: "https:// instead of http://" },
    { value: otherHost(sent.url), detail: "the host of the other environment (sandbox or production)" },
    ...shorter,
  ].filter(({ value }) => value !== undefined);
}

/** The same URL in the provider's other environment. @param {string} url */
function otherHost(url) {
  const found =
    HOSTS.find(([one]) => url.includes(`//${one}`)) ?? HOSTS.find(([, other]) => url.includes(`//${other}`));
  if (!found) return url;
  const [one, other] = found;
  return url.includes(`//${one}`) ? url.replace(`//${one}`, `//${other}`) : url.replace(`//${other}`, `//${one}`);
}

const HOSTS = /** @type {const} */ ([
  ["sandbox-api.craftgate.io", "api.craftgate.io"],
  ["api-sandbox.doku.com", "api.doku.com"],
  ["api-sandbox.durianpay.id", "api.durianpay.id"],
  ["pay-gate-uat.payermax.com", "pay-gate.payermax.com"],
]);

/** @param {Attempt} attempt */
function encodingVariations({ sent, form }) {
  const isWhole = form.parts.some(({ label }) => label === "decoded URL");
  const raw = isWhole ? sent.url : pathOf(sent.url);
  const plain = decoded(raw) ?? raw;
  const lower = raw.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [
    ...(isWhole ? [{ value: raw, detail: "encoded, as it is called" }] : [{ value: plain, detail: "decoded" }]),
    { value: plain.replaceAll("+", " "), detail: "decoded, with a space for each +" },
    { value: raw.replaceAll("%20", "+"), detail: "with + for each space" },
    { value: raw.replaceAll("%", "%25"), detail: "encoded twice" },
    { value: decoded(plain) ?? plain, detail: "decoded twice: it is called with its % encoded once more" },
    { value: lower, detail: "with small letters in its % codes" },
    { value: encodeURIComponent(plain), detail: "with its slashes encoded, too" },
    { value: encodeURI(plain), detail: "encoded by encodeURI" },
  ];
}

/** @param {import("./request.js").Sent} sent @param {"forms" | "moments"} kind */
function timeOf(sent, kind) {
  const text = header(sent, "Request-Timestamp") ?? header(sent, "X-TIMESTAMP") ?? "";
  return otherTimes(text)[kind].map(({ text: value, detail }) => ({ value, detail }));
}

/** @param {Attempt} attempt @returns {Variation[]} */
function otherKeys(attempt) {
  const { sent, secrets, others } = attempt;
  const named = ["Client-Id", "X-PARTNER-ID", "X-CLIENT-KEY", "x-api-key", "CHANNEL-ID"].map((name) => ({
    value: header(sent, name),
    detail: `was the value of ${name}`,
  }));
  const token = /^Bearer\s+(\S+)/i.exec(header(sent, "Authorization") ?? "")?.[1];
  const own = others.map((value, index) => ({ value, detail: `was the other key that stands in line ${index + 1}` }));
  return wrongSecrets(attempt, (secret) =>
    [...own, ...named, { value: token, detail: "was the access token" }].filter(
      ({ value }) => value !== undefined && !Object.values(secrets).includes(value) && value !== secret,
    ),
  );
}

/** @param {Attempt} attempt @returns {Variation[]} */
function algorithmVariations(attempt) {
  const { form, secrets } = attempt;
  if (form.algorithm === "none" || form.algorithm === "RSA") return [];
  const isHash = form.key === undefined;
  const key = form.key ?? secretNames(attempt)[0];
  if (key === undefined || secrets[key] === undefined) return [];
  const macs = /** @type {const} */ (["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512"]);
  const hashes = /** @type {const} */ (["SHA-1", "SHA-256", "SHA-512"]);
  const secretPart = {
    label: "secret",
    of: (/** @type {import("./schemes.js").Given} */ given) => given.secrets[key] ?? "",
  };
  const whole = (/** @type {Part[]} */ parts) => ({ parts, key: undefined, separator: form.separator });
  // A keyless scheme holds its secret as a part; an HMAC of the rest, or of the whole, is what people make of it.
  const rest = form.parts.filter(({ label }) => label !== "secret key");
  const asMac = macs
    .filter((algorithm) => algorithm !== form.algorithm)
    .flatMap((algorithm) => [
      { attempt: withForm(attempt, { algorithm, key }), detail: `${algorithm} instead of ${form.algorithm}` },
      ...(isHash
        ? [
            {
              attempt: withForm(attempt, { algorithm, key, parts: rest }),
              detail: `${algorithm} with the secret as its key`,
            },
          ]
        : []),
    ]);
  const asHash = hashes
    .filter((algorithm) => algorithm !== form.algorithm)
    .flatMap((algorithm) => [
      {
        attempt: withForm(attempt, { algorithm, key: undefined }),
        detail: isHash
          ? `${algorithm} instead of ${form.algorithm}`
          : `${algorithm} of the string alone, without the secret`,
      },
      ...(isHash
        ? []
        : [
            {
              attempt: withForm(attempt, {
                algorithm,
                ...whole([secretPart, ...form.parts]),
                separator: "",
                write: firstBare(form),
              }),
              detail: `${algorithm} of secret and string, instead of an HMAC`,
            },
          ]),
    ]);
  return [...asMac, ...asHash];
}

/** Keeps the form's own way of writing for all parts but the secret before them. @param {Form} form @returns {Form["write"]} */
function firstBare(form) {
  return (label, value) => {
    if (label === "secret") return [value];
    return label === form.parts[0]?.label ? form.write(label, value) : [form.separator, ...form.write(label, value)];
  };
}

/** Little-endian, as .NET's Encoding.Unicode gives it. @param {string} text @returns {import("./crypto.js").Bytes} */
function utf16(text) {
  return Uint8Array.from(
    Array.from({ length: text.length }, (_none, at) => text.charCodeAt(at)).flatMap((code) => [code & 0xff, code >> 8]),
  );
}
