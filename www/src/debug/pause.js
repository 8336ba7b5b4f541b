// Work that waits until one stops typing.

import { useEffect } from "preact/hooks";

const PAUSE_MS = 200;

/**
 * Works on what was typed, once it has stayed the same for a moment. What comes of it is dropped where something else was
 * typed meanwhile.
 *
 * @template Found
 * @param {unknown} typed a change of it begins the pause anew
 * @param {(() => Promise<Found>) | undefined} work undefined: there is nothing to do
 * @param {(found: Found) => void} onFound
 */
export function useAfterPause(typed, work, onFound) {
  useEffect(() => {
    if (!work) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const found = await work();
      if (isCurrent) onFound(found);
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [typed]);
}
