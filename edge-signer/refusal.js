// A "no" on its way to the caller.

export class Refusal extends Error {
  /**
   * @param {number} status the HTTP status
   * @param {string} code stable, for programs
   * @param {string} message for people; never holds a part of a key or a token
   * @param {Record<string, string>} [headers]
   */
  constructor(status, code, message, headers = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
