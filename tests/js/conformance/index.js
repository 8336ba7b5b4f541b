// The conformance suite: what the package promises, checked in the same way in every runtime.
//
// A case is `[name, async function]`. To add one, write it into the list of the file it belongs to, or make a new
// file and add its list here. Nothing in this folder may use more than Web standards.

import { answers } from "./answers.js";
import { badInput } from "./bad-input.js";
import { answerCases } from "./cases.js";
import { deliveries } from "./deliveries.js";
import { faults } from "./faults.js";
import { hostile } from "./hostile.js";
import { inputs } from "./inputs.js";
import { keys } from "./keys.js";
import { knownAnswers } from "./known-answers.js";
import { operations } from "./operations.js";
import { payments } from "./payments.js";
import { queries } from "./queries.js";
import { refunds } from "./refunds.js";
import { sending } from "./send.js";
import { stored } from "./stored.js";
import { tokens } from "./tokens.js";
import { values } from "./values.js";
import { vectors } from "./vectors.js";
import { webhooks } from "./webhooks.js";

/**
 * All cases. `api` is the package as the runtime loaded it, `{ signer, providers, send, createSandbox }`, where
 * `providers` holds what `refund-signer/doku` and so on export; and what runners/material.js makes.
 */
export function suite(api) {
  const parts = [
    refunds,
    knownAnswers,
    answers,
    answerCases,
    vectors,
    badInput,
    inputs,
    values,
    sending,
    operations,
    tokens,
    queries,
    stored,
    webhooks,
    payments,
    deliveries,
    faults,
    hostile,
    keys,
  ];
  return parts.flatMap((part) => part(api));
}

/** Runs the suite, one case after another. Gives the failures as text, since results travel between processes. */
export async function runSuite(api) {
  const failures = [];
  const cases = suite(api);
  for (const [name, run] of cases) {
    try {
      await run();
    } catch (error) {
      failures.push(`${name}\n    ${error?.stack ?? error}`);
    }
  }
  return { passed: cases.length - failures.length, failures };
}
