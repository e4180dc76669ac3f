
  // The list: search, filters, order, and what is chosen.
  function makeList(pairs, choose) {
    const list = byId("rows");
    const run = list.querySelector(".run");
    const rows = Array.from(list.querySelectorAll("li:not(.run)"), (row, place) => ({
      row, place, link: row.firstElementChild, data: row.dataset, pair: pairs[place],
      text: pairs[place].id.normalize("NFC").toLowerCase(), metrics: row.dataset.metrics.split(" "),
    }));
    const [search, status, set, metric, level, order] = ["search", "f-status", "f-set", "f-metric", "f-severity", "sort"].map(byId);
    const filters = [search, status, set, metric, level];
    const shelf = makeShelf();
    let shown = rows;

    function matches(one, words) {
      if (status.value && one.data.status !== status.value) return false;
      if (set.value && one.data.set !== set.value) return false;
      if (metric.value && !one.metrics.includes(metric.value)) return false;
      if (level.value && one.data.severity !== level.value) return false;
      return words.every((word) => one.text.includes(word));
    }

    function filter() {
      const words = search.value.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
      shown = rows.filter((one) => matches(one, words));
      const visible = new Set(shown);
      for (const one of rows) one.row.hidden = !visible.has(one);
      byId("count").textContent = shown.length === rows.length ? `${rows.length} in all` : `${shown.length} of ${rows.length}`;
      byId("nothing").hidden = shown.length > 0 || rows.length === 0;
      byId("reset").hidden = filters.every((field) => !field.value);
    }

    function sort() {
      const key = order.value;
      const of = (one) => one.pair.sort[key] ?? -Infinity;
      if (!key) rows.sort((a, b) => a.place - b.place);
      else if (key === "*name") rows.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.place - b.place));
      else rows.sort((a, b) => of(b) - of(a) || a.place - b.place);
      list.append(...rows.map((one) => one.row));
      filter();
    }

    function reset() {
      for (const field of filters) field.value = "";
      filter();
    }

    function mark(pair) {
      for (const link of list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
      const link = pair ? rows.find((one) => one.pair === pair).link : run.firstElementChild;
      link.setAttribute("aria-current", "true");
      return link;
    }

    for (const field of filters) field.addEventListener("input", filter);
    order.addEventListener("input", sort);
    byId("reset").addEventListener("click", () => { reset(); search.focus(); });
    for (const button of byId("tally").children) {
      button.addEventListener("click", () => { reset(); status.value = button.dataset.status; filter(); if (shown[0]) choose(shown[0].pair); });
    }
    document.querySelector(".filters").hidden = false;
    byId("tally").hidden = false;
    // Enter in the search: the first that was found.
    document.querySelector(".filters").addEventListener("submit", (event) => { event.preventDefault(); if (shown[0]) { choose(shown[0].pair); shelf.close(); } });
    // Where the screen is narrow, the list lies over what is shown, and goes when something was chosen.
    list.addEventListener("click", (event) => { if (event.target.closest("a")) shelf.close(); });
    filter();
    return {
      search, list, reset, mark, shelf,
      /** The pair some steps further down among those that are shown; null above the first, which is the run. */
      step(pair, by) {
        const at = shown.findIndex((one) => one.pair === pair);
        const next = at < 0 ? (by > 0 ? 0 : -1) : at + by;
        return next < 0 ? null : (shown[Math.min(next, shown.length - 1)]?.pair ?? pair);
      },
      place(pair) { return [shown.findIndex((one) => one.pair === pair) + 1, shown.length]; },
      focus(pair) { const link = mark(pair); link.focus({ preventScroll: true }); link.scrollIntoView({ block: "nearest" }); },
    };
  }
