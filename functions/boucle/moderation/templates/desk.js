// One key a decision; typing in a field stays typing.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, input:not([type=checkbox])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const target = key === "u" ? document.querySelector("[accesskey=u]") : document.querySelector(`#decide [data-key="${CSS.escape(key)}"]`);
  if (target) { event.preventDefault(); target.click(); }
});
