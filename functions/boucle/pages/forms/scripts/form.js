// The form on a device with script: one section at a time, what is wrong said at once, a draft until it is sent.
// Without it the page is a plain form. Ids that begin with "_" are the page's own; the others are questions'.
// What is needed only later (sending, a shared device) is in sending.js, fetched once this page can be used.
// biome-ignore lint/correctness/noUnusedVariables: other scripts call it.
const Form = (() => {
  "use strict";

  const KEPT = 7 * 864e5;
  const find = (id) => document.getElementById(id);
  const form = find("_form");
  const rules = JSON.parse(form.dataset.rules);
  const parts = [...form.querySelectorAll(".part")];
  const button = form.querySelector("[type=submit]");
  const summary = find("_errors");
  const key = form.getAttribute("action").split("/").slice(3, 5).join("/");
  const title = document.title;
  // `at` is the section shown; `settled` is what Rules says; `shared`: keep nothing; `sent`: the form is put away.
  const page = { key, at: 0, settled: null, shared: false, sent: false, isAnswer: location.pathname.startsWith("/api/") };

  const block = (id) => find(id).closest(".q");
  const mode = () => form.elements._mode.value;
  const isPaper = () => mode() === "paper";
  const isWhole = () => isPaper() || mode() === "interview";

  page.typed = () => [...new FormData(form)]
    .filter(([name]) => !/^_(language|shared|website)/.test(name))
    .map(([name, value]) => [name, value.replace(/\r\n/g, "\n")]);

  page.fill = (pairs) => {
    for (const field of form.elements) {
      const values = pairs.filter(([name]) => name === field.name).map((pair) => pair[1]);
      if (/radio|checkbox/.test(field.type)) field.checked = values.includes(field.value);
      else if (field.name && field.type !== "hidden" || values.length) field.value = values[0] || "";
    }
  };

  // --- One section at a time ---

  const beside = (step) => {
    let n = page.at + step;
    while (parts[n] && !page.settled.parts[n]) n += step;
    return parts[n] && !isWhole() ? n : -1;
  };

  const settle = page.settle = () => {
    const { shown, parts: applying } = page.settled = Rules.settle(rules, page.typed());
    for (const id in shown) block(id).hidden = !shown[id];
    parts.forEach((part, n) => { part.hidden = isWhole() ? !applying[n] : n !== page.at; });
    find("_back").hidden = beside(-1) < 0;
    button.textContent = form.dataset[beside(1) < 0 ? "send" : "next"];
    form.dispatchEvent(new Event("settled"));
  };

  // Called with nothing, it says again what it said: on a shared device the title tells no more than that it is a page.
  let named = [title, ""];
  page.name = (...said) => {
    if (said.length) named = said;
    document.title = (named[1] || "") + (page.shared ? page.neutral : named[0]);
  };

  page.first = (hidden) => document.querySelectorAll(".first").forEach((each) => { each.hidden = hidden; });

  const open = page.open = (n, quietly) => {
    page.at = n;
    settle();
    page.first(n > 0);
    find("_progress").value = n + 1;
    const heading = parts[n].querySelector("h2");
    page.name(n ? heading.textContent + " – " + title : title);
    if (!quietly) page.focus(heading);
  };

  page.focus = (element) => {
    element.tabIndex = -1;
    element.focus();
    element.scrollIntoView();
  };

  const go = (n) => {
    open(n);
    history[page.shared ? "replaceState" : "pushState"](n, "");
    keep();
  };

  // --- What is wrong: above, beside each question, and in the title ---

  const made = page.made = (tag, options, ...children) => {
    const element = Object.assign(document.createElement(tag), options);
    element.append(...children);
    return element;
  };

  // What an error belongs to, and its words: a group and its legend, or an input and its label.
  const labelled = (id) => {
    const group = block(id).querySelector("fieldset");
    return group ? [group, group.firstElementChild] : [find(id), form.querySelector(`[for="${id}"]`)];
  };

  const words = (label) => [...label.childNodes].filter((each) => !/\b(may|also|say)\b/.test(each.className)).map((each) => each.textContent).join("");

  const unsay = (error) => {
    const [owner] = labelled(error.id.slice(0, -7));
    const left = owner.getAttribute("aria-describedby").replace(error.id, "").trim();
    if (left) owner.setAttribute("aria-describedby", left);
    else owner.removeAttribute("aria-describedby");
    owner.removeAttribute("aria-invalid");
    error.remove();
  };

  const told = ({ id, text, part }) => {
    const [owner, label] = labelled(id);
    const error = made("p", { className: "error", id: id + "--error" }, made("span", { className: "sr" }, form.dataset.error), " " + text);
    (find(id + "--hint") || label).after(error);
    owner.setAttribute("aria-describedby", ((owner.getAttribute("aria-describedby") || "") + " " + error.id).trim());
    if (owner.name) owner.setAttribute("aria-invalid", "true");
    const link = made("a", { href: "#" + id }, made("span", {}, words(label)), " " + text);
    link.onclick = (event) => {
      event.preventDefault();
      if (part !== page.at) open(part, true);
      find(id).focus();
    };
    return made("li", {}, link);
  };

  // Problems are {id, text, part}; none takes everything back.
  page.say = (problems) => {
    form.querySelectorAll(".error").forEach(unsay);
    summary.hidden = !problems.length;
    if (summary.hidden) return page.name(title);
    if (problems.every((each) => each.part !== page.at)) open(problems[0].part, true);
    const list = summary.querySelector("ul");
    list.textContent = "";
    list.append(...problems.map(told));
    page.name(title, form.dataset.error + " ");
    page.focus(summary);
  };

  // --- The draft ---

  const name = "boucle:" + key;
  page.store = (draft) => {
    try {
      if (draft) localStorage.setItem(name, JSON.stringify(draft));
      else localStorage.removeItem(name);
      find("_kept").hidden = !draft;
    } catch (_) { /* Storage is refused: the form works without it. */ }
  };

  const stored = () => {
    try {
      const draft = JSON.parse(localStorage.getItem(name));
      if (Date.now() - draft.time < KEPT) return draft;
      page.store();
    } catch (_) { /* As above, or there is none. */ }
    return {};
  };

  const keep = page.keep = () => {
    if (!page.shared && !page.sent) page.store({ time: Date.now(), at: page.at, typed: page.typed() });
  };

  // --- What people do ---

  // Each script once; one that the network refused is asked for again.
  const loading = {};
  const script = (src) => loading[src] = loading[src] || new Promise((onload, onerror) => {
    document.head.append(made("script", { src, onload, onerror, async: false }));
  }).catch((away) => { delete loading[src]; throw away; });

  page.load = (...all) => Promise.all(all.map(script));
  page.tool = (name, button) => page.load(form.dataset.tools).then(() => Tools[name](form, button)).catch(() => button && Sending.lost(button));

  const changed = ({ target }) => {
    if (target.name === "_mode" && isPaper()) page.tool("keys");
    settle();
    keep();
  };

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (page.sent) return;
    settle();
    const next = beside(1);
    const wrong = page.settled.problems.filter((each) => next < 0 || each.part === page.at);
    page.say(wrong);
    if (wrong.length) return;
    if (next >= 0) return go(next);
    page.sent = true;
    later().then(() => Sending.send(), () => form.submit());
  });
  find("_back").onclick = () => go(beside(-1));
  find("_erase").onclick = () => { page.sent = true; page.store(); form.reset(); location.reload(); };
  addEventListener("popstate", ({ state }) => { if (state !== null && !page.sent) open(state); });
  addEventListener("pagehide", () => { if (!find("_kept").hidden) keep(); });

  const draft = page.isAnswer ? {} : stored();
  if (draft.typed) page.fill(draft.typed);
  document.querySelectorAll(".scripted").forEach((each) => { each.hidden = !each.hidden; });
  find("_kept").hidden = !draft.typed;
  settle();
  const wrong = form.querySelector(".error");
  open(wrong ? parts.indexOf(wrong.closest(".part")) : page.settled.parts[draft.at] ? draft.at : 0, true);
  history.replaceState(page.at, "");
  if (isPaper()) changed({ target: form.elements._mode[0] });

  page.draft = draft;
  // Tried again when it failed: the network may be back.
  let coming;
  const later = () => coming = coming || Promise.all([
    fetch(form.dataset.words).then((words) => words.text()),
    page.load(...form.dataset.later.split(" ")),
  ]).then(([words]) => Sending.begin(words)).catch((away) => { coming = null; throw away; });
  const insist = () => later().catch(() => setTimeout(insist, 5e3));
  // The page is drawn first: asking for more would keep it waiting.
  addEventListener("load", () => setTimeout(insist));
  return page;
})();
