// The notes of attempts that the edge signer answered without a verdict.

/** A second person has to approve it. */
export const AWAITS = "awaits approval";

/** The edge signer may have sent it, then or since. */
export const OPEN_NOTES = ["no_response", "internal_error", AWAITS];
