import { useId } from "preact/hooks";

/**
 * A part of a screen, under its heading.
 *
 * @param {{ title: string, actions?: import("preact").ComponentChildren, className?: string, children: import("preact").ComponentChildren }} props
 */
export function Card({ title, actions, className = "", children }) {
  const id = useId();
  return (
    <section class={`card ${className}`} aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
