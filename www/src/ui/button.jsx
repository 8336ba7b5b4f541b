import { Icon } from "./icon.jsx";

/**
 * @param {{ kind?: "primary" | "plain" | "quiet", icon?: string, type?: "button" | "submit", disabled?: boolean,
 *   onClick?: () => void, label?: string, pressed?: boolean, children: import("preact").ComponentChildren }} props
 *   `label` where the text alone does not say enough
 */
export function Button({ kind = "plain", icon, type = "button", disabled = false, onClick, label, pressed, children }) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={disabled}
      onClick={onClick}
      aria-label={label}
      aria-pressed={pressed}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
