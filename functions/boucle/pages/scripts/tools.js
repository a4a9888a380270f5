// What some people ask for: to listen, to read in two languages at once, to key paper in. Fetched when they ask.
const Tools = (() => {
  "use strict";

  const { made } = Form;

  // --- Listening: a voice of the device itself, since others would send the text to somebody's server ---

  const voice = (language) => speechSynthesis.getVoices().find((each) => each.localService && each.lang.startsWith(language));

  const read = (text) => {
    const { lang } = document.documentElement;
    const said = new SpeechSynthesisUtterance(text);
    said.lang = lang;
    said.voice = voice(lang);
    speechSynthesis.cancel();
    speechSynthesis.speak(said);
  };

  // What an element says in the page's own language.
  const text = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".also, .say").forEach((each) => each.remove());
    return copy.textContent.trim();
  };

  const speaker = (label, elements) => made("button", {
    type: "button", className: "second say", textContent: "🔊", ariaLabel: label + ": " + text(elements[0]),
    onclick: () => read(elements.map(text).join(". ")),
  });

  const listen = (form, button) => {
    speechSynthesis.cancel();
    const old = form.querySelectorAll(".say");
    old.forEach((each) => each.remove());
    [button.textContent, button.dataset.stop] = [button.dataset.stop, button.textContent];
    if (old.length) return;
    const label = button.dataset.stop;
    for (const title of form.querySelectorAll("legend, .l, .note")) {
      const block = title.closest(".q, .mode");
      const more = block.querySelectorAll(".hint, .ends, .o > span, .rank label");
      title.after(speaker(label, title.matches(".note") ? [title] : [title, ...more]));
    }
    for (const choice of form.querySelectorAll(".o > span, .rank label")) {
      if (!choice.closest(".scale")) (choice.closest(".o") || choice).before(speaker(label, [choice]));
    }
  };

  // --- Two languages: the same page in the other one has the same texts in the same order ---

  const WORDS = "legend, .l, .o:not([id]) > span, .rank label, .q .hint, h3, .note, h2, .part > .intro, .ends, .or";

  const together = async (form, button) => {
    const { from } = button.dataset;
    const { lang, dir } = button;
    const before = form.querySelectorAll(`.also[lang="${lang}"]`);
    before.forEach((each) => each.remove());
    button.setAttribute("aria-pressed", String(!before.length));
    if (before.length) return;
    const other = new DOMParser().parseFromString(await (await fetch(from)).text(), "text/html").getElementById("_form");
    const [here, there] = [form, other].map((each) => [...each.querySelectorAll(WORDS)]);
    if (!other || other.getAttribute("action") !== form.getAttribute("action") || here.length !== there.length) return;
    there.forEach((each, n) => here[n].append(made("span", { className: "also", lang, dir, textContent: each.textContent.trim() })));
  };

  // --- Keying paper in: a digit picks the choice of that number, or that mark; Enter goes to the next question ---

  const inputs = "input:not([type=hidden]), textarea, select";

  const next = (form, block) => {
    const blocks = [...form.querySelectorAll(".q")].filter((each) => each.offsetParent && each.querySelector(inputs));
    const after = blocks[blocks.indexOf(block) + 1];
    (after ? after.querySelector(inputs) : form.querySelector("[type=submit]")).focus();
  };

  const tick = (input) => {
    input.focus();
    input.click();
  };

  const keyed = new WeakSet();
  const keys = (form) => {
    if (keyed.has(form)) return;
    keyed.add(form);
    form.addEventListener("keydown", (event) => {
      const { target, key } = event;
      const block = target.closest(".q");
      if (!block || form.elements._mode.value !== "paper") return;
      if (target.tagName === "TEXTAREA" && target.value && !event.ctrlKey) return;
      if (key === "Enter") {
        event.preventDefault();
        return next(form, block);
      }
      if (!/^\d$/.test(key) || !/radio|checkbox/.test(target.type)) return;
      const group = [...block.querySelectorAll(`[name="${target.name}"]`)];
      const scale = block.querySelector(".scale");
      const ten = scale && key === "0" && target.value === "1" && target.checked && group.find((each) => each.value === "10");
      const picked = ten || (scale ? group.find((each) => each.value === key) : group[key - 1]);
      if (!picked) return;
      event.preventDefault();
      tick(picked);
      if (picked.type === "radio" && !scale) next(form, block);
    });
  };

  return { listen, together, keys };
})();
