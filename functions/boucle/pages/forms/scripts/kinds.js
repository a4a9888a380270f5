// Numbers, dates and rankings: only the forms that ask for one load this.
(() => {
  "use strict";

  const { flaw, readers } = Rules;
  const within = (value, rule) => (value < rule.min || value > rule.max ? flaw("out_of_range") : value);

  // Arabic and Persian digits as 0 to 9: the low four bits of both are their value.
  const plain = (text) => text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) & 15);

  readers.number = ([text], rule) => {
    const written = plain(text.replace(/\s/g, "")).replace(/[,٫]/, ".");
    if (!/^[+-]?\d{1,15}(\.\d{1,15})?$/.test(written)) flaw("wrong_type");
    const decimals = (written.split(".")[1] || "").replace(/0+$/, "").length;
    within(+written, rule);
    return decimals > rule.decimals ? flaw("too_many_decimals") : +written;
  };

  // As a browser sends a day, or as people write one: 31/12/2026.
  readers.date = ([text], rule) => {
    const two = (part) => part.padStart(2, "0");
    const european = /^(\d\d?)[/.-](\d\d?)[/.-](\d{4})$/;
    const day = plain(text.trim()).replace(european, (_, d, m, y) => [y, two(m), two(d)].join("-"));
    const moment = new Date(day + "T00:00Z");
    const real = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(+moment) && moment.toISOString().startsWith(day);
    return real ? within(day, rule) : flaw("bad_date");
  };

  // `ranks` holds the rank of each item, in the items' order; the answer is the items, best first.
  readers.ranking = (ranks, rule) => {
    const byRank = [];
    ranks.forEach((rank, n) => {
      if (rank) byRank[rank] = byRank[rank] ? flaw("duplicate_choice") : rule.items[n];
    });
    const order = byRank.filter(Boolean);
    return order.length < rule.max ? flaw("too_few_choices") : order;
  };
})();
