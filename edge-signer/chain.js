// The audit log's chain: each record's hash covers the record before it, so that a change shows.

import { createHash } from "node:crypto";

/** @typedef {{ seq: number, at: string, event: string } & Record<string, unknown>} AuditRecord */
/** @typedef {{ record: AuditRecord, hash: string }} Link */

/** What the first record stands on. */
export const ORIGIN = "0".repeat(64);

/** @param {string} previous the hash before @param {string} text the record as JSON */
export function chainHash(previous, text) {
  return createHash("sha256").update(`${previous}\n${text}`).digest("hex");
}

/**
 * Whether no record was changed, left out, added or moved.
 *
 * @param {readonly Link[]} links in order
 * @param {{ hash?: string, seq?: number }} [before] the last link that is already trusted
 */
export function isUnbroken(links, { hash = ORIGIN, seq = 0 } = {}) {
  let previous = { hash, seq };
  return links.every((link) => {
    const follows = link.record.seq === previous.seq + 1;
    const matches = link.hash === chainHash(previous.hash, JSON.stringify(link.record));
    previous = { hash: link.hash, seq: link.record.seq };
    return follows && matches;
  });
}
