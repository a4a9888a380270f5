// Texts that say an earlier answer again follow it while one answers. Only forms with such a text load this.
(() => {
  "use strict";

  const form = document.getElementById("_form");

  // What a choice is called, in the language of the text that says it again.
  const label = (input, lang) => {
    const words = input.closest(".o").querySelector("span");
    const other = lang && words.querySelector(`.also[lang="${lang}"]`);
    const copy = (other || words).cloneNode(true);
    copy.querySelectorAll(other ? "small, .sr" : "small, .sr, .also").forEach((each) => each.remove());
    return copy.textContent.trim();
  };

  const phrase = (id, lang) => {
    const answer = Form.settled.answers[id];
    if (answer === undefined) return "";
    const fields = [...form.querySelectorAll(`[name="${id}"]`)];
    const chosen = fields.filter((each) => each.checked);
    if (chosen.length) return chosen.map((each) => label(each, lang)).join(", ");
    const [field] = fields;
    const unit = field.nextElementSibling;
    if (field.type === "date") return answer.split("-").reverse().join("/");
    return (field.value + " " + (unit && unit.matches(".unit") ? unit.textContent : "")).trim();
  };

  const say = () => document.querySelectorAll("[data-answer]").forEach((each) => {
    const other = each.closest(".also");
    const { answer, none } = each.dataset;
    each.textContent = phrase(answer, other && other.lang) || none;
  });

  form.addEventListener("settled", say);
  say();
})();
