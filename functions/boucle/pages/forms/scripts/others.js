// One's own choices beside the last publication, where the code is shown: on request, and computed in this page. What is
// asked of the network are two public pages, the same for everybody; no answer leaves, and nothing is kept.
// biome-ignore lint/correctness/noUnusedVariables: other scripts call it.
const Others = (() => {
  "use strict";

  const { made } = Form;
  const form = document.getElementById("_form");
  const [questionnaire, version] = form.getAttribute("action").split("/").slice(4);
  const data = `/data/${questionnaire}/v${parseInt(version, 10)}/`;

  const page = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  // A label without its hint, its other language, and what only a screen reader says.
  const text = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("small, .sr, .also").forEach((each) => each.remove());
    return copy.textContent.trim();
  };

  const ticked = (id) => [...form.querySelectorAll(`[name="${id}"]:checked`)]
    .map((input) => text(input.closest(".o").querySelector(":scope > span")));

  const ranked = (id, items) => items.map((item, n) => {
    const { id: field } = form.elements[id + "." + item];
    return n + 1 + ". " + text(form.querySelector(`[for="${field}"]`));
  });

  // An answer in the words of the form.
  const said = (id, answer) => {
    const chosen = ticked(id);
    return chosen.length ? chosen : Array.isArray(answer) ? ranked(id, answer) : [String(answer)];
  };

  // The published figure of a question, one's own answer marked in it; none where it is of another version.
  const beside = (results, words, [id, answer]) => {
    const place = results.getElementById(questionnaire + "-" + id);
    const figure = place && place.closest(".figure");
    if (!figure || !figure.querySelector(`[href*="${data}"]`)) return;
    const own = said(id, answer);
    const rows = [...place.querySelectorAll("th[scope=row]")].filter((row) => own.includes(text(row)));
    rows.forEach((row) => row.insertBefore(made("b", { className: "you" }, words.you), row.querySelector("svg")));
    if (!rows.length) figure.querySelector("h3").after(made("p", { className: "own" }, words.own + " " + own.join(", ")));
    return figure;
  };

  const show = async (button, answers) => {
    const shell = await page(button.dataset.words);
    const told = shell.getElementById("_others");
    const results = await page(told.dataset.results);
    const figures = Object.entries(answers).map((each) => beside(results, told.dataset, each)).filter(Boolean);
    told.querySelector(".notice").hidden = figures.length > 0;
    told.append(...new Set(figures));
    told.querySelectorAll(".more").forEach((each) => each.remove());
    const old = document.getElementById("_others");
    if (old) old.remove();
    document.head.append(...shell.querySelectorAll("style"));
    button.closest(".done").after(told);
    Form.focus(told.querySelector("h2"));
  };

  return { show };
})();
