// The clocks' faces: each provider prints time in its own way.

const HOUR = 3_600_000;
/** @param {number} ms @param {number} hours */
const local = (ms, hours) => new Date(ms + hours * HOUR).toISOString().slice(0, -1);

/** 2020-08-12T09:45:42Z @param {number} ms */
export const utcSeconds = (ms) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");

/** 2021-07-20T10:43:42.201000Z @param {number} ms */
export const utcMicros = (ms) => new Date(ms).toISOString().replace("Z", "000Z");

/** 2020-12-21T17:21:41+07:00 @param {number} ms */
export const jakartaSeconds = (ms) => `${local(ms, 7).slice(0, 19)}+07:00`;

/** 2020-12-21T17:21:41.123+07:00 @param {number} ms */
export const jakartaMillis = (ms) => `${local(ms, 7)}+07:00`;

/** 2024-01-01T09:09:00.123 @param {number} ms */
export const jakartaLocal = (ms) => local(ms, 7);

/** 2021-11-15T14:07:18 @param {number} ms */
export const istanbulLocal = (ms) => local(ms, 3).slice(0, 19);

/** The calendar day in a fixed zone. @param {number} ms @param {number} hours */
export const day = (ms, hours) => local(ms, hours).slice(0, 10);
