// The icons, drawn by hand on a grid of 24.

/** @type {Record<string, string>} */
const PATHS = {
  brand: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12H9",
  check: "M20 6L9 17l-5-5",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  cross: "M18 6L6 18M6 6l12 12",
  question: "M9.5 9a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M12 17h.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  stop: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M5.7 5.7l12.6 12.6",
  warning: "M12 9v4M12 17h.01M10.3 4l-8 14a2 2 0 0 0 1.7 3h16a2 2 0 0 0 1.7-3l-8-14a2 2 0 0 0-3.4 0",
  info: "M12 11v5M12 8h.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  send: "M22 2L11 13M22 2l-7 20-4-9-9-4z",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14M21 21l-5-5",
  repeat: "M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M21 12.8A9 9 0 1 1 11.2 3a7 7 0 0 0 9.8 9.8",
  auto: "M12 3a9 9 0 1 1 0 18zM12 3a9 9 0 0 0 0 18",
  lock: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
  bell: "M18 8a6 6 0 1 0-12 0c0 7-3 9-3 9h18s-3-2-3-9M13.7 21a2 2 0 0 1-3.4 0",
  upload: "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M17 8l-5-5-5 5M12 3v12",
  download: "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M7 10l5 5 5-5M12 15V3",
  pause: "M8 5v14M16 5v14",
  play: "M6 4l14 8-14 8z",
};

/** @typedef {keyof typeof PATHS} IconName */

/** Said by the text beside it, never alone. @param {{ name: IconName }} props */
export function Icon({ name }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
