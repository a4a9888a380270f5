// What the server would say of these answers, said before they leave. Pure: no page, no storage, no network.
// `typed` is what the form holds, as pairs of a field's name and its text; `form` is the document of pages/forms/rules.py.
// biome-ignore lint/correctness/noUnusedVariables: other scripts call it.
const Rules = (() => {
  "use strict";

  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
  const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

  const flaw = (code) => { throw { code }; };

  // By type; each takes the texts of a field and its rule, and throws what is wrong. kinds.js adds the rarer ones.
  const readers = {
    rating: ([text]) => (/^-?\d+$/.test(text) ? +text : text),
    text: ([text], rule) => {
      const length = [...text].length;
      return CONTROLS.test(text) ? flaw("bad_characters")
        : length > rule.max ? flaw("too_long")
        : length < rule.min ? flaw("too_short") : text;
    },
    multiple: (chosen, rule) => chosen.length < rule.min ? flaw("too_few_choices")
      : chosen.length > rule.max ? flaw("too_many_choices")
      : chosen.length > 1 && chosen.some((each) => (rule.alone || []).includes(each)) ? flaw("exclusive_choice") : chosen,
  };

  const tests = {
    "=": (answer, value) => answer === value,
    in: (answer, values) => values.includes(answer),
    has: (answer, value) => Array.isArray(answer) && answer.includes(value),
    any: () => true,
    "<": (answer, value) => answer < value,
    "<=": (answer, value) => answer <= value,
    ">": (answer, value) => answer > value,
    ">=": (answer, value) => answer >= value,
  };

  const holds = ([operation, ...rest], answers) => {
    if (operation === "and") return rest.every((each) => holds(each, answers));
    if (operation === "or") return rest.some((each) => holds(each, answers));
    if (operation === "not") return !holds(rest[0], answers);
    const [id, value] = rest;
    if (!(id in answers)) return false;
    // "dont_know" orders with no number.
    return (!/[<>]/.test(operation) || typeof answers[id] === typeof value) && tests[operation](answers[id], value);
  };

  const applies = (what, answers) => !what.if || holds(what.if, answers);

  // The answer, or undefined when there is none.
  const read = (rule, values) => {
    const given = rule.items ? rule.items.map((item) => values(rule.id + "." + item)[0]) : values(rule.id);
    return given.some(Boolean) ? (readers[rule.type] || ((chosen) => chosen[0]))(given, rule) : undefined;
  };

  // The path of the valid answers: who is asked, what counts, what is wrong, and whether a block applies.
  const settle = (form, typed) => {
    const values = (name) => typed.filter(([each, value]) => each === name && value.trim()).map((pair) => pair[1]);
    const found = { asked: [], answers: {}, problems: [], parts: [], shown: {} };
    form.parts.forEach((part, at) => {
      found.parts[at] = applies(part, found.answers);
      for (const rule of part.ask) {
        if (!(found.shown[rule.id] = found.parts[at] && applies(rule, found.answers))) continue;
        found.asked.push(rule.id);
        let code = rule.required && "required";
        try {
          const answer = read(rule, values);
          if (answer !== undefined) {
            found.answers[rule.id] = answer;
            code = "";
          }
        } catch (wrong) {
          code = wrong.code;
        }
        if (code) found.problems.push({ id: rule.id, part: at, text: (rule.say || {})[code] || form.say[code] });
      }
      for (const block of part.show || []) found.shown[block.id] = applies(block, found.answers);
    });
    return found;
  };

  return { settle, readers, flaw };
})();
