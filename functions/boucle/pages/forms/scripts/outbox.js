// Answers on their way: kept on this device until the server has them, and sent as often as that takes.
// A record is {id, key, url, body, typed, state, at}. Its body never changes once it is kept, and its id is in it, so
// sending it twice stores it once: the page and the worker may both send it, and neither waits for the other.
// biome-ignore lint/correctness/noUnusedVariables: other scripts call it.
const Outbox = (() => {
  "use strict";

  const PATIENCE = 3e4;

  const open = () => new Promise((done, failed) => {
    const asked = indexedDB.open("boucle", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error);
  });

  // Done once the transaction is on the disk.
  const within = async (mode, act) => {
    const database = await open();
    try {
      return await new Promise((done, failed) => {
        const all = database.transaction("outbox", mode);
        const asked = act(all.objectStore("outbox"));
        all.oncomplete = () => done(asked.result);
        all.onerror = all.onabort = () => failed(all.error);
      });
    } finally {
      database.close();
    }
  };

  const all = () => within("readonly", (store) => store.getAll());
  const keep = (record) => within("readwrite", (store) => store.put(record));
  const drop = (id) => within("readwrite", (store) => store.delete(id));

  // Never brings back what somebody erased while it was being sent.
  const update = (record) => within("readwrite", (store) => {
    const asked = store.get(record.id);
    asked.onsuccess = () => asked.result && store.put(record);
    return asked;
  });

  // One attempt. Anything but our own answer (no network, a portal, an overload) leaves the record waiting.
  const send = async (record) => {
    try {
      const headers = { "Content-Type": "application/json" };
      const sent = fetch(record.url, { method: "POST", headers, body: record.body, cache: "no-store" });
      const late = new Promise((_, failed) => setTimeout(failed, PATIENCE));
      const answer = await Promise.race([sent, late]);
      const said = await answer.json();
      if (answer.ok && said.receipt) return Object.assign(record, { state: "received", receipt: said.receipt });
      const final = answer.status < 500 && answer.status !== 429 && said.code;
      return final ? Object.assign(record, { state: "refused", said }) : record;
    } catch (_) {
      return record;
    }
  };

  // How many still wait.
  const flush = async () => {
    const sent = await Promise.all((await all()).filter((each) => each.state === "waiting").map(send));
    const left = sent.filter((each) => each.state === "waiting");
    await Promise.all(sent.filter((each) => each.state !== "waiting").map(update));
    return left.length;
  };

  return { all, keep, drop, send, flush };
})();
