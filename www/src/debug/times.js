// One moment in the forms that programs write it in.

const HOUR = 3_600_000;
/** Either way: of seconds, or of milliseconds where the time has them. */
const MOST_STEPS = 300;

/** @param {number} ms @param {number} hours */
const local = (ms, hours) => new Date(ms + hours * HOUR).toISOString().slice(0, -1);

/** @type {readonly [detail: string, write: (ms: number) => string][]} */
const FORMS = [
  ["in UTC with whole seconds and Z", (ms) => `${local(ms, 0).slice(0, 19)}Z`],
  ["in UTC with milliseconds and Z", (ms) => `${local(ms, 0)}Z`],
  ["in UTC with microseconds and Z", (ms) => `${local(ms, 0)}000Z`],
  ["in UTC with +00:00", (ms) => `${local(ms, 0).slice(0, 19)}+00:00`],
  ["in UTC without Z", (ms) => local(ms, 0).slice(0, 19)],
  ["in UTC with milliseconds, without Z", (ms) => local(ms, 0)],
  ["in UTC with a space and no zone", (ms) => local(ms, 0).slice(0, 19).replace("T", " ")],
  ["in Jakarta time with whole seconds and +07:00", (ms) => `${local(ms, 7).slice(0, 19)}+07:00`],
  ["in Jakarta time with milliseconds and +07:00", (ms) => `${local(ms, 7)}+07:00`],
  ["in Jakarta time with +0700", (ms) => `${local(ms, 7).slice(0, 19)}+0700`],
  ["in Jakarta time with milliseconds and +0700", (ms) => `${local(ms, 7)}+0700`],
  ["in Jakarta time without its offset", (ms) => local(ms, 7).slice(0, 19)],
  ["in Jakarta time with milliseconds, without its offset", (ms) => local(ms, 7)],
  ["in Jakarta time with a wrong Z", (ms) => `${local(ms, 7).slice(0, 19)}Z`],
  ["as seconds since 1970", (ms) => String(Math.floor(ms / 1000))],
  ["as milliseconds since 1970", (ms) => String(ms)],
];

/** A server's own zone: whole and half hours, but for UTC and Jakarta, which have their forms above. */
const ZONES = Array.from({ length: 53 }, (_none, index) => index / 2 - 12).filter(
  (hours) => hours !== 0 && hours !== 7,
);

/** @param {number} hours such as -3.5 */
function offset(hours) {
  const minutes = Math.abs(hours) * 60;
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return `${hours < 0 ? "-" : "+"}${hour}:${minute}`;
}

/**
 * How else the moment may have been written, and the moments around it in its own form.
 * @param {string} text a time with its zone
 * @returns {{ forms: { text: string, detail: string }[], moments: { text: string, detail: string }[] }}
 */
export function otherTimes(text) {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return { forms: [], moments: [] };
  const own = FORMS.find(([, write]) => write(ms) === text)?.[1];
  const forms = FORMS.map(([detail, write]) => ({ text: write(ms), detail })).filter((form) => form.text !== text);
  const steps = Array.from({ length: MOST_STEPS }, (_none, index) => index + 1).flatMap((step) => [step, -step]);
  const [unit, name] = /\.\d{3}/.test(text) ? [1, "ms"] : [1000, "s"];
  const moments = own
    ? steps.map((step) => ({
        text: own(ms + step * unit),
        detail: `${Math.abs(step)} ${name} ${step > 0 ? "later" : "earlier"}`,
      }))
    : [];
  const zones = ZONES.flatMap((hours) => [
    { text: `${local(ms, hours).slice(0, 19)}${offset(hours)}`, detail: `in local time with ${offset(hours)}` },
    { text: `${local(ms, hours)}${offset(hours)}`, detail: `in local time with milliseconds and ${offset(hours)}` },
    { text: local(ms, hours).slice(0, 19), detail: `in the local time of ${offset(hours)}, without it` },
  ]);
  return { forms, moments: [...moments, ...zones] };
}
