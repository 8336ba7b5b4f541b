// Works without a network once it was loaded: a service worker that knows the files of this build and nothing else.

export function startOffline() {
  if (import.meta.env.DEV || !navigator.serviceWorker) return;
  navigator.serviceWorker.register("sw.js").catch(() => {
    // Some hosts and private windows allow none; the page works all the same.
  });
}
