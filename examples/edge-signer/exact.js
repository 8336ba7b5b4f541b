// JSON read without losing anything.

/** A number as its digits stand in the text. */
export class Digits {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toJSON() {
    return JSON.rawJSON(this.text);
  }
}

/**
 * The object that a JSON text holds, its numbers as {@link Digits}. Undefined unless the text is exactly what
 * `JSON.stringify` writes of it: without spaces, without a member that stands twice, without an escape that is not
 * needed. So there is only one way to read it, here and at the provider.
 *
 * @param {string} text
 * @returns {Record<string, unknown> | undefined}
 */
export function readExactly(text) {
  try {
    const value = JSON.parse(text, (_, member, { source }) =>
      typeof member === "number" ? new Digits(source) : member,
    );
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Digits);
    return isObject && JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
