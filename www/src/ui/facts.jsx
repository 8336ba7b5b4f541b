/**
 * Names and what they stand for. Those without a value are left out.
 *
 * @param {{ facts: readonly (readonly [name: string, value: import("preact").ComponentChildren])[] }} props
 */
export function Facts({ facts }) {
  const known = facts.filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false);
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
