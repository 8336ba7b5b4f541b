// The console without a network: the static files of one build, kept under its hash. Nothing else is ever kept. The
// two constants are filled in when it is built.

const CACHE = `console-${"BUILD"}`;
const FILES = ["FILES"];

addEventListener("install", (event) => {
  event.waitUntil(keepFiles());
});

addEventListener("activate", (event) => {
  event.waitUntil(dropOlder());
});

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" || !url.startsWith(registration.scope)) return;
  const path = new URL(url).href.slice(registration.scope.length).replace(/[?#].*$/, "");
  // Without a network there is no server either: what a host of static files says is right.
  if (path === "config.json") event.respondWith(fetch(event.request).catch(() => Response.json({})));
  if (path === "" || path === "index.html") event.respondWith(fetch(event.request).catch(() => kept("./")));
  else if (FILES.includes(path)) event.respondWith(kept(path).then((found) => found ?? fetch(event.request)));
});

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "no-cache" })));
  await skipWaiting();
}

/** A page of an older build has loaded what it needs, or gets it from its host. */
async function dropOlder() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith("console-") && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
  await clients.claim();
}

/** @param {string} path */
async function kept(path) {
  const cache = await caches.open(CACHE);
  return cache.match(path);
}
