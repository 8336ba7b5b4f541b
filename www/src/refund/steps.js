// One step of a refund, stored before it is taken and with what came of it: whatever happens to the page, its plan is
// known, and no other tab takes a step meanwhile.

import { ChangedElsewhere, ending, hearing, newStep, stepping, withdrawing } from "./kept.js";
import { change, claim } from "./store.js";

/** @typedef {import("./kept.js").Kept} Kept */
/** @typedef {import("../session.js").Entry} Entry */
/** @typedef {{ entries: readonly Entry[], signed?: import("./exchange.js").SignerAnswer, failure?: string, kept?: Kept | undefined }} Done `kept` is undefined where the outcome is known */

const UNSTORED = "What came of it could not be stored: after a reload this refund is offered as one that is open.";

/**
 * Takes a step that may move money. Rejects where it must not be taken: then nothing was sent.
 *
 * @param {Kept} kept @param {Entry["kind"]} kind @param {{ isAsked: boolean, onBegun: (begun: Kept) => void }} how
 *   `isAsked`: a person wants it though another refund of the payment is open
 * @param {() => Promise<Done>} work rejects before anything is sent, and never after
 * @returns {Promise<Done>}
 */
export function takeStep(kept, kind, { isAsked, onBegun }, work) {
  return navigator.locks.request(`refund ${kept.id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) throw new ChangedElsewhere();
    const step = newStep(kind, kept.plan.operation);
    const begun =
      kept.version === 0
        ? await claim({ ...kept, steps: [step] }, isAsked)
        : /** @type {Kept} */ (await change(kept.id, stepping(kept, step)));
    onBegun(begun);
    /** @param {(stored: Kept | undefined) => Kept | undefined} end @param {Done} done @returns {Promise<Done>} */
    const ended = (end, done) =>
      change(begun.id, end).then(
        (left) => ({ ...done, kept: left }),
        () => ({ failure: UNSTORED, ...done, kept: begun }),
      );
    try {
      const done = await work();
      const [entry] = done.entries;
      return ended(entry ? ending(begun, step, entry) : withdrawing(step), done);
    } catch (error) {
      return ended(withdrawing(step), { entries: [], failure: messageOf(error) });
    }
  });
}

/** Hears what moves no money: an answer to a question, a webhook. @param {Kept | undefined} kept @param {() => Promise<Done>} work @returns {Promise<Done>} */
export async function hear(kept, work) {
  const done = await work();
  if (!kept) return done;
  // What was heard can be asked for again.
  const left = await change(kept.id, hearing(done.entries)).catch(() => kept);
  return { ...done, kept: left };
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
