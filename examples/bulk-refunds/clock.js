// The ledger's own time. Machines' clocks step, and a ledger moves between machines: a moment that is stored is compared
// with this time only. It goes on with the clock of the machine and never back, so that nothing waits for a moment that
// was passed before, and nothing that is over, such as a lease or the trust in a provider's memory, begins again.

/** @typedef {{ now: number, ahead: number }} Time `ahead`: of the machine's clock, in milliseconds, like `now` */

/** The time after another look at the machine's clock. @param {Time} time @param {number} wall @returns {Time} */
export function tick({ now, ahead }, wall) {
  const later = Math.max(now, wall + ahead);
  return { now: later, ahead: later - wall };
}
