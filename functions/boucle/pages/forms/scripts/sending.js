// What happens once Send is pressed, and on a device that others use too. Fetched when the form can already be used.
// biome-ignore lint/correctness/noUnusedVariables: other scripts call it.
const Sending = (() => {
  "use strict";

  const KEPT = 7 * 864e5;
  const IDLE = 3e5;
  const PAPER = "?paper";
  const CALM = 500;
  const QUICK = 500; // Milliseconds an answer: nobody reads and taps faster.
  const FIRST_PAUSE = 2500;
  const LONGEST_PAUSE = 6e4;
  const JSON_SENT = { "Content-Type": "application/json" };
  const find = (id) => document.getElementById(id);
  const form = find("_form");
  const [study, questionnaire] = Form.key.split("/");

  let held; // A record that the device does not keep: it lives as long as the page.
  let current; // The record that the page shows.
  let sent; // Its id, from the press of Send on.
  let mine; // What was sent from this page, by somebody alone on a device of their own: what may be compared here.
  let pause = FIRST_PAUSE;
  let timer;
  let touched = Date.now();

  const uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    const digits = [...bytes].map((each) => (each + 256).toString(16).slice(1)).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  // What a program does and people do not. Said only when there is something to say; the server then holds the answers
  // back until somebody has looked. What was restored, or is copied from paper, may be sent at once.
  const signs = (answers, mode) => {
    const fresh = mode !== "paper" && !Form.draft.typed && !Form.isAnswer;
    const quick = fresh && performance.now() < QUICK * Object.keys(answers).length;
    return [form.elements._website.value && "trap", quick && "haste"].filter(Boolean);
  };

  // Where the wave asks for it, in a worker: the page stays alive meanwhile.
  const worked = (body) => new Promise((done, failed) => {
    const { work, worker } = form.dataset;
    if (!work) return done(body);
    const at = new Worker(worker);
    at.onerror = failed;
    at.onmessage = ({ data }) => {
      at.terminate();
      done(Object.assign(body, { proof: data }));
    };
    at.postMessage({ bits: +work, about: [study, questionnaire, body.id].join("/") });
  });

  // Minted here, at the press of Send: two tabs are two responses, and a retry is the same one.
  const written = async () => {
    const id = uuid();
    const typed = Form.typed();
    const { answers } = Form.settled;
    const consent = typed.map(([name]) => name.split("_consent.")[1]).filter((each) => each in answers);
    const { _language: language, _mode: mode, _invitation: invitation, _wave: wave } = form.elements;
    const body = { id, language: language.value, mode: mode.value, answers, consent, invitation: invitation && invitation.value, wave: wave && wave.value };
    const told = signs(answers, mode.value);
    if (told.length) body.signs = told;
    const url = form.getAttribute("action");
    return { id, key: Form.key, url, body: JSON.stringify(await worked(body)), typed, state: "waiting", at: Date.now() };
  };

  // On the disk before it leaves; the draft goes only then. A device that refuses keeps it in the draft's place.
  const hold = async (record) => {
    try {
      if (Form.shared) throw new Error("nothing is kept on a shared device");
      await Outbox.keep(record);
      Form.store();
    } catch (_) {
      held = record;
      if (!Form.shared) Form.store({ time: record.at, record });
    }
  };

  const askForSync = async () => {
    const worker = !held && navigator.serviceWorker && await navigator.serviceWorker.getRegistration();
    if (worker && worker.sync) await worker.sync.register("boucle").catch(() => 0);
  };

  const show = (record) => {
    current = record;
    Form.sent = !!record;
    find("_going").hidden = true;
    for (const state of ["waiting", "received", "refused"]) find("_" + state).hidden = !record || record.state !== state;
    form.hidden = !!record;
    offerComparison();
    if (!record) return;
    Form.first(true);
    find("_errors").hidden = find("_kept").hidden = true;
    const panel = find("_" + record.state);
    const heading = panel.querySelector("h2");
    panel.classList.toggle("held", !!held);
    if (record.receipt) panel.querySelector(".code span").textContent = record.receipt;
    if (record.said) heading.textContent = record.said.detail;
    Form.name(heading.textContent);
    Form.focus(heading);
  };

  // Only what this page itself sent: never what somebody else, or an earlier visit, left on the device.
  const offerComparison = () => {
    const [button, shown] = [find("_compare"), find("_others")];
    if (shown) shown.remove();
    if (!button) return;
    button.parentNode.hidden = !(mine && current && current.id === mine.id);
    button.onclick = () => Form.load(button.dataset.script)
      .then(() => Others.show(button, JSON.parse(mine.body).answers))
      .catch(() => { find("_undone").hidden = false; });
  };

  const forget = async (record) => {
    if (held) Form.store();
    else await Outbox.drop(record.id);
    held = undefined;
  };

  // Back to the form with what was sent, and with what the server found wrong. Of a wave that is over, to the page as it
  // is now: what was typed is found again there as a draft that names no wave, and goes to the one that is open.
  const reopen = async (record) => {
    const isOver = record.said && record.said.code === "wave_over";
    const said = record.said && record.said.errors || [];
    const wrong = said.map(({ question, field, detail: text }) => ({ id: question || "_" + field, text })).filter(({ id }) => find(id));
    show();
    Form.fill(record.typed);
    if (isOver) form.elements._wave.value = "";
    Form.open(0);
    Form.keep();
    await forget(record);
    if (isOver && !find("_kept").hidden) return location.reload();
    const parts = [...form.querySelectorAll(".part")];
    if (wrong.length) {
      Form.say(wrong.map((each) => Object.assign(each, { part: parts.indexOf(find(each.id).closest(".part")) })));
    }
  };

  // A form being filled in is never put away for what another tab has sent.
  const look = async (isOpening) => {
    const all = held ? [held] : await Outbox.all().catch(() => []);
    const mine = all.filter((each) => each.key === Form.key && (isOpening === true || each.id === sent));
    const [record] = mine.sort((a, b) => b.at - a.at);
    if (!record) return;
    if (record.state !== "waiting" && Date.now() - record.at > KEPT) return forget(record);
    if (record.state === "refused" && record.said.errors) return reopen(record);
    if (record.state === "waiting") {
      clearTimeout(timer);
      timer = setTimeout(deliver, pause = Math.min(2 * pause, LONGEST_PAUSE));
    }
    sent = record.id;
    if (!current || current.id + current.state !== record.id + record.state) show(Object.assign({}, record));
  };

  let delivering = false;
  const deliver = async () => {
    if (delivering) return;
    delivering = true;
    await (held ? held.state === "waiting" && Outbox.send(held) : Outbox.flush().catch(() => 0));
    delivering = false;
    if (held && held.state === "received") Form.store();
    await look();
  };

  // Somebody asks, or the network is back: no need to be patient any more.
  const retry = () => {
    pause = FIRST_PAUSE;
    return deliver();
  };

  // The page stays as it is for a moment: the second tap of a double tap must not land on what takes its place.
  const send = async () => {
    find("_going").hidden = false;
    const record = await written().catch(() => form.submit());
    if (!record) return;
    sent = record.id;
    mine = !Form.shared && form.elements._mode.value === "self" && record;
    const calm = new Promise((done) => setTimeout(done, CALM));
    await hold(record);
    askForSync();
    await calm;
    await retry();
  };

  const leave = (where) => {
    form.reset();
    location.replace(where);
  };

  const share = (on) => {
    Form.shared = find("_shared").checked = on;
    find("_alone").hidden = !on;
    form.autocomplete = on ? "off" : "on";
    Form.name();
    if (!on) return;
    Form.store();
    if (self.caches) caches.delete("boucle-1");
  };

  // The server's word decides: without it the answers stay counted, and the page says so.
  const correct = async () => {
    const body = JSON.stringify({ study, questionnaire, receipt: current.receipt });
    const answer = await fetch("/api/withdrawals", { method: "POST", headers: JSON_SENT, body }).catch(() => ({}));
    if (answer.ok) await reopen(current);
    else find("_undone").hidden = false;
  };

  const does = {
    _leave: () => leave("about:blank"),
    _retry: retry,
    _again: () => reopen(current),
    _noted: () => forget(current).then(() => leave(location.pathname + (form.elements._mode.value === "paper" ? PAPER : ""))),
    _correct: correct,
  };

  const quiet = () => {
    const told = find("_unheard");
    if (told) told.remove();
  };

  // What was asked for with a button needs the network; the page has these words already, for something else.
  const lost = (button) => {
    quiet();
    const told = Form.made("span", { className: "error", id: "_unheard", textContent: find("_undone").textContent });
    told.setAttribute("role", "alert");
    button.after(told);
  };

  const place = (words) => {
    const content = Form.made("template", { innerHTML: words }).content;
    document.head.append(content.querySelector("style"));
    find("_errors").before(content.querySelector("#_beside"));
    form.querySelector(".mode").append(content.querySelector("#_alone-choice"));
    form.after(content);
    Form.neutral = find("_alone").dataset.title;
    for (const id in does) find(id).onclick = does[id];
    document.querySelectorAll("[data-tool]").forEach((each) => {
      each.onclick = () => {
        quiet();
        Form.tool(each.dataset.tool, each);
      };
    });
  };

  // A voice of the device, since others would send the questions to somebody's server; else what was recorded.
  const offerListening = () => {
    const button = document.querySelector("[data-tool=listen]");
    const { speechSynthesis: speech } = self;
    const look = () => {
      const { lang } = document.documentElement;
      const voices = speech ? speech.getVoices() : [];
      const hears = form.dataset.recorded && new Audio().canPlayType("audio/ogg; codecs=opus");
      button.hidden = !hears && !voices.some((each) => each.localService && each.lang.startsWith(lang));
    };
    if (speech) speech.onvoiceschanged = look;
    look();
  };

  // The form is kept for when there is no network, and the worker is there to send.
  const stay = async () => {
    if (Form.shared || Form.isAnswer || !navigator.serviceWorker) return;
    navigator.serviceWorker.onmessage = look;
    await navigator.serviceWorker.register("/worker.js", { updateViaCache: "none" });
    const scripts = [...document.scripts].map((each) => each.src);
    const kept = await caches.open("boucle-1");
    await kept.addAll([location.pathname, form.dataset.words, form.dataset.tools, form.dataset.worker, ...scripts].filter((each, n, all) => each && all.indexOf(each) === n));
    // Somebody may have said meanwhile that the device is shared.
    if (Form.shared) await caches.delete("boucle-1");
  };

  // A draft of a wave by invitation has its code, which the form of the wave that follows may not ask for.
  const keepCode = () => {
    const [, value] = (Form.draft.typed || []).find(([name]) => name === "_invitation") || [];
    if (!value || form.elements._invitation) return;
    form.append(Form.made("input", { type: "hidden", name: "_invitation", value }));
    form.classList.add("invited");
  };

  const begin = (words) => {
    place(words);
    keepCode();
    held = Form.draft.record;
    form.addEventListener("input", ({ target }) => {
      if (target.id === "_shared") share(target.checked);
      if (target.name === "_mode") share(target.value === "assisted");
    });
    for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => { touched = Date.now(); });
    setInterval(() => { if (Form.shared && Date.now() - touched > IDLE) leave(location.pathname); }, 5e3);
    addEventListener("online", retry);
    share(form.elements._mode.value === "assisted");
    offerListening();
    if (location.search === PAPER) find("_mode-paper").click();
    look(true).then(retry);
    stay().catch(() => 0);
  };

  return { begin, send, quiet, lost };
})();
