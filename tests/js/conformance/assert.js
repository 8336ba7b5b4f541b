// The few assertions that the suite needs. Node's own are not there in a Worker or a browser.

/** Fails with a message. */
export function fail(message) {
  throw new Error(message);
}

/** Fails unless a condition holds. */
export function ok(condition, message) {
  if (!condition) fail(message);
}

/** Fails unless two values look the same in JSON. */
export function same(actual, expected, what = "value") {
  const [found, wanted] = [show(actual), show(expected)];
  if (found !== wanted) fail(`${what}: expected ${wanted}, found ${found}`);
}

/** Fails unless an object has these members, and perhaps others. */
export function has(actual, expected, what = "value") {
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, actual?.[name]]));
  const [left, right] = [show(found), show(expected)];
  if (left !== right) fail(`${what}: expected ${right}, found ${show(actual)}`);
}

/** The error that a call throws, or its promise rejects with. */
export async function thrown(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return fail("nothing was thrown");
}

function show(value) {
  return JSON.stringify(value, (_, member) => (typeof member === "bigint" ? `${member}n` : member));
}
