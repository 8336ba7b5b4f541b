// Assertions about types: what does not hold does not compile.

/** Whether two types are the same. */
export type Equal<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;

/** Takes only `true`. */
export type True<Holds extends true> = Holds;

/** The end of a switch that has a case for everything. */
export function never(value: never): never {
  throw new TypeError(`unexpected: ${value}`);
}
