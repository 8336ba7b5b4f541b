/** Plans, requests and verdicts are values: nobody can change them on their way. */
export function frozen(value) {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
