// What some people ask for: to listen, to read in two languages at once, to key paper in. Fetched when they ask.
// biome-ignore lint/correctness/noUnusedVariables: other scripts call it.
const Tools = (() => {
  "use strict";

  const { made } = Form;

  // --- Listening: a voice of the device itself, since others would send the text to somebody's server; else recordings ---

  const voice = () => {
    const { speechSynthesis: speech } = self;
    const { lang } = document.documentElement;
    return speech && speech.getVoices().find((each) => each.localService && each.lang.startsWith(lang));
  };

  // The recordings of this page by name, once they are asked for, and those that were heard: no cache keeps them.
  let recorded = {};
  const sounds = {};
  let playing;

  const hush = () => {
    if (self.speechSynthesis) speechSynthesis.cancel();
    if (!playing) return;
    playing.onended = null;
    playing.pause();
  };

  const play = ([file, ...rest], button) => {
    if (!file) return;
    const sound = playing = sounds[file] = sounds[file] || new Audio(file);
    sound.currentTime = 0;
    sound.onended = () => play(rest, button);
    sound.play().then(Sending.quiet, () => {
      if (!sound.error) return; // hushed before it had begun
      delete sounds[file]; // asked for anew the next time
      Sending.lost(button);
    });
  };

  const files = (said) => said.map(({ name }) => recorded[name]).filter(Boolean);

  const speak = (said, button) => {
    hush();
    const found = voice();
    if (!found) return play(files(said), button);
    const speech = new SpeechSynthesisUtterance(said.map((each) => each.text).join(". "));
    speech.lang = document.documentElement.lang;
    speech.voice = found;
    speechSynthesis.speak(speech);
  };

  // What an element says in the page's own language.
  const text = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".also, .say").forEach((each) => each.remove());
    return copy.textContent.trim();
  };

  const inputs = "input:not([type=hidden]), textarea, select";
  const CHOICES = ".o > span, .rank label";

  // What is said, and the name under which it may be recorded.
  const choice = (label) => {
    const { name, value, type } = label.htmlFor ? document.getElementById(label.htmlFor) : label.closest(".o").firstChild;
    return { text: text(label), name: /radio|checkbox/.test(type) ? name + "--" + value : name.replace(/\.([^.]*)$/, "--$1") };
  };

  const question = (title, block) => {
    const field = block.querySelector(inputs);
    const own = block.querySelectorAll(".hint:not([id$='--care']), .ends");
    const name = title.matches(".note") ? title.id : field.type === "radio" || field.type === "checkbox" ? field.name : field.id;
    const care = [...block.querySelectorAll(".hint[id$='--care']")].map((each) => ({ text: text(each), name: "_care" }));
    const choices = title.matches(".note") ? [] : [...block.querySelectorAll(CHOICES)].map(choice);
    return [{ text: [title, ...own].map(text).join(". "), name }, ...care, ...choices];
  };

  const speaker = (label, said) => made("button", {
    type: "button", className: "second say", textContent: "🔊", ariaLabel: label + ": " + said[0].text, onclick: ({ currentTarget }) => speak(said, currentTarget),
  });

  const listen = async (form, button) => {
    hush();
    const old = form.querySelectorAll(".say");
    old.forEach((each) => each.remove());
    [button.textContent, button.dataset.stop] = [button.dataset.stop, button.textContent];
    if (old.length) return;
    const label = button.dataset.stop;
    const hasVoice = voice();
    try {
      if (!hasVoice) recorded = await (await fetch(form.dataset.recorded, { cache: "no-store" })).json();
    } catch (missing) {
      [button.textContent, button.dataset.stop] = [label, button.textContent];
      throw missing;
    }
    const offer = (said) => hasVoice || files(said).length ? [speaker(label, said)] : [];
    for (const title of form.querySelectorAll("legend, .l, .note")) title.after(...offer(question(title, title.closest(".q, .mode"))));
    for (const each of form.querySelectorAll(CHOICES)) {
      if (!each.closest(".scale")) (each.closest(".o") || each).before(...offer([choice(each)]));
    }
  };

  // --- Two languages: the same page in the other one has the same texts in the same order ---

  const WORDS = "legend, .l, .o:not([id]) > span, .rank label, .q .hint, h3, .note, h2, .part > .intro, .ends, .or";

  const together = async (form, button) => {
    const { from } = button.dataset;
    const { lang, dir } = button;
    const before = form.querySelectorAll(`.also[lang="${lang}"]`);
    before.forEach((each) => each.remove());
    button.setAttribute("aria-pressed", "false");
    if (before.length) return;
    const other = new DOMParser().parseFromString(await (await fetch(from)).text(), "text/html").getElementById("_form");
    const [here, there] = [form, other].map((each) => [...each.querySelectorAll(WORDS)]);
    if (!other || other.getAttribute("action") !== form.getAttribute("action") || here.length !== there.length) return;
    button.setAttribute("aria-pressed", "true");
    there.forEach((each, n) => here[n].append(made("span", { className: "also", lang, dir }, ...each.childNodes)));
    Form.settle();
  };

  // --- Keying paper in: a digit picks the choice of that number, or that mark; Enter goes to the next question ---

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
