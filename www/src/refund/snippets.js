// The same request as a command, and the same refund as a program. Secrets stand as names of variables.

import { providerNamed } from "../catalog.js";
import { withClient } from "./attempt.js";

/** @typedef {import("./attempt.js").Attempt} Attempt */
/** @typedef {Record<string, string>} Settings */

/** Where a client's requests go: no secret, and no variable. */
const PLACES = ["environment", "baseUrl"];

/** `DOKU_SECRET_KEY` for DOKU's `secretKey`. @param {string} provider @param {string} setting */
export function variable(provider, setting) {
  return `${provider}_${setting.replace(/[A-Z]/g, "_$&")}`.toUpperCase();
}

/** The settings without which the request would be another one, or none. @param {Attempt} attempt @param {Settings} settings @returns {Settings} */
export function neededSettings({ plan, now, nonce }, settings) {
  /** @param {Settings} candidate */
  const outcome = (candidate) => {
    try {
      return withClient(
        plan.provider,
        candidate,
        (client) => JSON.stringify(client.explain(plan, { now, nonce })) + headersOf(client),
      );
    } catch {
      return undefined;
    }
  };
  /** @param {import("refund-signer").SigningClient} client */
  const headersOf = (client) => {
    try {
      return JSON.stringify(client.sign(plan, { now, nonce }));
    } catch {
      return "";
    }
  };
  const whole = outcome(settings);
  const needed = Object.keys(settings).filter((name) => {
    const { [name]: _, ...others } = settings;
    return PLACES.includes(name) || outcome(others) !== whole;
  });
  return Object.fromEntries(needed.map((name) => [name, settings[name] ?? ""]));
}

/** @param {Attempt} attempt @param {Settings} settings */
export function curl({ plan, request }, settings) {
  if (!request) return undefined;
  const lines = [
    `curl ${quoted(request.url)}`,
    ...(request.method === "POST" && request.body ? [] : [`--request ${request.method}`]),
  ];
  for (const [name, value] of Object.entries(request.headers))
    lines.push(headerOption(plan.provider, name, value, settings));
  if (request.body !== undefined) lines.push(`--data-raw ${quoted(request.body)}`);
  return lines.join(" \\\n  ");
}

/** A header, with variables in place of secrets. @param {string} provider @param {string} name @param {string} value @param {Settings} settings */
function headerOption(provider, name, value, settings) {
  const [scheme, encoded = ""] = value.split(" ");
  if (name === "Authorization" && scheme === "Basic") {
    return `--user ${doubleQuoted(withVariables(provider, atob(encoded), withoutPlaces(settings)))}`;
  }
  const shown = withVariables(provider, value, secretsOf(provider, settings));
  const text = `${name}: ${shown}`;
  return `--header ${shown === value ? quoted(text) : doubleQuoted(text)}`;
}

/** @param {string} provider @param {string} text @param {Settings} settings */
function withVariables(provider, text, settings) {
  let shown = text;
  // The longest first: one may be part of another.
  const longestFirst = Object.entries(settings).sort(([, one], [, other]) => other.length - one.length);
  for (const [name, value] of longestFirst) {
    if (value.length > 3) shown = shown.replaceAll(value, `$${variable(provider, name)}`);
  }
  return shown;
}

/** @param {Settings} settings */
function withoutPlaces(settings) {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !PLACES.includes(name)));
}

/** @param {string} provider @param {Settings} settings */
function secretsOf(provider, settings) {
  const secret = providerNamed(provider).settings.filter(({ kind }) => kind === "secret");
  return Object.fromEntries(secret.flatMap(({ name }) => (settings[name] ? [[name, settings[name]]] : [])));
}

/** For a shell. @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** For a shell, with variables. @param {string} text */
function doubleQuoted(text) {
  return `"${text.replace(/[\\"`]/g, "\\$&")}"`;
}

/**
 * What both programs are made of.
 *
 * @typedef {object} Story
 * @property {Attempt} attempt
 * @property {Record<string, unknown>} input as it was typed
 * @property {Settings} settings those that are needed
 * @property {boolean} movesMoney
 */

/** A program for Node. @param {Story} story */
export function nodeProgram(story) {
  const { provider } = story.attempt.plan;
  const { isOutside, imports, plan, client } = pieces(story, "process.env");
  const store = story.movesMoney
    ? '// Store JSON.stringify(plan) here, before it is sent: "again" is the stored plan, signed again.\n'
    : "";
  const key = isOutside ? `const key = await importPrivateKey(process.env.${variable(provider, "privateKey")});\n` : "";
  return `${imports}
const plan = ${plan};
${store}
const client = ${client};
${key}try {
  const verdict = await send(client, plan${sending(isOutside)});
  console.log(JSON.stringify(verdict, null, 2)); // verdict.next says what to do now
} finally {
  client.free(); // wipes the key
}
`;
}

/** A Cloudflare Worker. @param {Story} story */
export function workerProgram(story) {
  const { provider } = story.attempt.plan;
  const { isOutside, imports, plan, client } = pieces(story, "env", "    ");
  const store = story.movesMoney
    ? `    // Stored before it is sent: "again" is the stored plan, signed again. The name is your own for this refund.
    await env.PLANS.put("refund-1", JSON.stringify(plan));\n`
    : "";
  const key = isOutside ? `    const key = await importPrivateKey(env.${variable(provider, "privateKey")});\n` : "";
  return `${imports}
export default {
  async fetch(request, env) {
    // Authenticate the caller before this line.
    const plan = ${plan};
${store}    const client = ${client};
${key}    try {
      return Response.json(await send(client, plan${sending(isOutside)})); // next says what to do now
    } finally {
      client.free(); // wipes the key
    }
  },
};
`;
}

/** @param {boolean} isOutside */
function sending(isOutside) {
  return isOutside ? ", { sign: (client, plan) => signWith(client, plan, key) }" : "";
}

/** @param {Story} story @param {string} environment where variables are @param {string} [indent] */
function pieces({ attempt, input, settings }, environment, indent = "") {
  const { provider, operation } = attempt.plan;
  const isOutside = attempt.refusal?.some(({ code }) => code === "signed_outside") ?? false;
  const imports = [`import { ${provider} } from "refund-signer";`, 'import { send } from "refund-signer/fetch";'];
  if (isOutside) imports.push('import { importPrivateKey, signWith } from "refund-signer/webcrypto";');
  const entries = Object.entries(settings).map(([name, value]) => {
    const text = PLACES.includes(name) ? JSON.stringify(value) : `${environment}.${variable(provider, name)}`;
    return `${indent}  ${name}: ${text},\n`;
  });
  return {
    isOutside,
    imports: `${imports.join("\n")}\n`,
    plan: `${provider}.${operation}(${literal(input, indent)})`,
    client: `new ${provider}.Client({\n${entries.join("")}${indent}})`,
  };
}

/** A value as a person writes it in JavaScript. @param {unknown} value @param {string} indent @returns {string} */
function literal(value, indent) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const members = isList
    ? value.map((member) => literal(member, inner))
    : Object.entries(value).map(([name, member]) => `${memberName(name)}: ${literal(member, inner)}`);
  const [open, close] = isList ? ["[", "]"] : ["{ ", " }"];
  const line = `${open}${members.join(", ")}${close}`;
  if (members.length === 0) return isList ? "[]" : "{}";
  if (line.length + indent.length <= 60 && !line.includes("\n")) return line;
  return `${open.trim()}\n${members.map((member) => `${inner}${member},\n`).join("")}${indent}${close.trim()}`;
}

/** @param {string} name */
function memberName(name) {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
