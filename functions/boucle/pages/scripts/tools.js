const Tools = (() => {
  return {};
})();
