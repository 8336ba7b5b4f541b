// What a runner says at its end.

/** Prints the failures and one line for the runtime. The process then ends with 1 if anything failed. */
export function report(runtime, { passed, failures }) {
  for (const failure of failures) console.error(`FAILED in ${runtime}: ${failure}`);
  console.log(`${runtime}: ${passed} passed, ${failures.length} failed`);
  if (failures.length > 0 || passed === 0) process.exitCode = 1;
}

/** The runtime that we are in, of those that offer Node's modules. */
export function runtime() {
  const { deno, bun } = process.versions;
  if (deno) return `Deno ${deno}`;
  return bun ? `Bun ${bun}` : `Node ${process.versions.node}`;
}
