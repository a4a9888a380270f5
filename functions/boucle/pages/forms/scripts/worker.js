// Makes a form that was opened once available without network, and sends what waits when the network is back.
importScripts("/_boucle/outbox.js");

const KEPT = "boucle-1";
const PATIENCE = 6000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// Scripts carry the hash of their content: the one asked for never changes, and a newer one takes its place.
const steady = async (request) => {
  const kept = await caches.open(KEPT);
  const same = await kept.match(request);
  if (same) return same;
  try {
    const answer = await fetch(request);
    if (answer.ok && (await kept.match(request, { ignoreSearch: true }))) {
      await kept.delete(request, { ignoreSearch: true });
      await kept.put(request, answer.clone());
    }
    return answer;
  } catch (away) {
    return (await kept.match(request, { ignoreSearch: true })) || Promise.reject(away);
  }
};

// Pages come from the network while it answers in time. The copy that a form asked to keep follows.
const fresh = async (request) => {
  const kept = await caches.open(KEPT);
  const copy = await kept.match(request, { ignoreSearch: true });
  const online = fetch(request).then(async (answer) => {
    if (copy && answer.ok && !answer.redirected) await kept.put(request, answer.clone());
    return answer;
  });
  if (!copy) return online;
  const late = new Promise((done) => setTimeout(done, PATIENCE, copy));
  return Promise.race([online.catch(() => copy), late]).then((answer) => (answer.status < 500 ? answer : copy.clone()));
};

addEventListener("fetch", (event) => {
  const { pathname, origin, search } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api/")) return;
  event.respondWith((search.startsWith("?v=") ? steady : fresh)(event.request));
});

addEventListener("sync", (event) => event.waitUntil(Outbox.flush().then(async (left) => {
  for (const page of await clients.matchAll()) page.postMessage("sent");
  if (left) throw new Error("waiting");
})));
