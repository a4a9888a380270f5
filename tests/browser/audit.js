// What tools miss. Returns what is wrong with the page as it is, in words; `expected` is its language and direction.
(expected) => {
  const wrong = [];
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  const what = (element) => `${element.tagName.toLowerCase()}#${element.id} ${element.className}`;
  const say = (said, elements) => elements.forEach((each) => wrong.push(`${said}: ${what(each)}`));
  const ids = (element, name) => (element.getAttribute(name) || "").split(" ").filter(Boolean);

  const { lang, dir } = document.documentElement;
  if (lang !== expected.lang || dir !== expected.dir) wrong.push(`language or direction: ${lang} ${dir}`);

  say("choices without a fieldset and its legend", all("input[type=radio], .q input[type=checkbox]").filter(seen).filter((each) => {
    if (each.type === "checkbox" && all(`[name="${each.name}"]`).length === 1) return false;
    const group = each.closest("fieldset");
    return !group || !group.firstElementChild.matches("legend") || !group.firstElementChild.textContent.trim();
  }));

  const described = all("[aria-describedby]").flatMap((each) => ids(each, "aria-describedby"));
  say("a hint that no input names", all(".q .hint[id]").filter(seen).filter((each) => !described.includes(each.id)));
  for (const name of ["aria-describedby", "aria-labelledby", "for", "aria-controls"]) {
    say(`${name} leads nowhere`, all(`[${name}]`).filter((each) => ids(each, name).some((id) => !document.getElementById(id))));
  }
  say("no autocomplete", all("form input[type=text], form input[type=date]").filter((each) => !each.autocomplete));

  const errors = all(".q .error").filter(seen);
  if (errors.length && !document.title.startsWith(expected.error)) wrong.push(`the title says no error: ${document.title}`);
  say("an error that no input names", errors.filter((error) => {
    const owner = error.parentElement.matches("fieldset") ? error.parentElement : error.parentElement.querySelector("[aria-describedby]");
    return !owner || !ids(owner, "aria-describedby").includes(error.id);
  }));
  say("a drawing neither named nor hidden", all("svg").filter((each) => each.getAttribute("aria-hidden") !== "true"
    && !(each.getAttribute("role") === "img" && (each.getAttribute("aria-label") || each.querySelector("title")))));

  const outlined = (element) => { const style = getComputedStyle(element); return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; };
  const active = document.activeElement;
  say("no focus to see", all("a[href], button, input:not([type=hidden]), textarea, select, summary").filter(seen).filter((each) => {
    each.focus({ focusVisible: true, preventScroll: true });
    return document.activeElement === each && !outlined(each) && !outlined(each.parentElement);
  }));
  if (active && active.focus) active.focus({ preventScroll: true });

  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`wider than the screen: ${document.documentElement.scrollWidth}`);

  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = (colour) => { const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  say("a border that cannot be told from the page", all("input[type=text], input[type=date], textarea, select, .o").filter(seen).filter((each) => {
    const style = getComputedStyle(each);
    return parseFloat(style.borderTopWidth) > 0 && contrast(style.borderTopColor, behind(each.parentElement)) < 3;
  }));
  return wrong;
}
