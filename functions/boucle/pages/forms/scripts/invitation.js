// A wave by invitation. The code comes in the part of the link that browsers keep to themselves, and leaves with the
// answers: no address that is sent, logged or handed on ever holds it.
(() => {
  "use strict";

  const CODE = /^[0-9a-z]{12}$/i;
  const field = document.getElementById("_invitation");
  const { form } = field;

  // What was begun in an earlier wave is answered by that wave's rules, which may ask for no code.
  const isOurs = () => ["", form.dataset.wave].includes(form.elements._wave.value);
  const fit = () => form.classList.toggle("invited", isOurs() || !!field.value);

  const take = () => {
    const found = /^#i=([\w-]+)/.exec(location.hash);
    if (!found) return;
    field.value = found[1];
    form.elements._wave.value = form.dataset.wave;
    // Not to be copied with the address either. The draft has it, for a reload.
    history.replaceState(Form.at, "", location.pathname + location.search);
    Form.keep();
    fit();
  };

  // Before the form looks at it: what is missing is said on the section where it is asked, not at the end.
  document.addEventListener("submit", (event) => {
    if (Form.sent || !isOurs() || !field.offsetParent || CODE.test(field.value.replace(/[\s-]/g, ""))) return;
    event.preventDefault();
    event.stopPropagation();
    Form.settle();
    const others = Form.settled.problems.filter((each) => each.part === Form.at);
    const text = field.dataset[field.value.trim() ? "unknown" : "missing"];
    Form.say([{ id: field.id, text, part: 0 }, ...others]);
  }, true);

  form.addEventListener("settled", fit);
  addEventListener("hashchange", take);
  fit();
  take();
})();
