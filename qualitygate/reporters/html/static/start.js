
  function begin() {
    const data = JSON.parse(byId("data").textContent);
    const addresses = new Map();
    const links = document.querySelectorAll("#rows li:not(.run) a");
    data.pairs.forEach((pair, place) => { pair.address = links[place].getAttribute("href"); addresses.set(pair.address, pair); });
    const detail = makeDetail(data);
    const overview = byId("overview"), place = byId("detail"), plainTitle = document.title;
    const { troubles } = data;
    let pair = null, begun = false;

    const state = {
      viewer: null,
      /** The next or the previous one; above the first is the run. */
      go(by, inList = false) {
        const next = list.step(pair, by);
        state.open(next);
        if (inList) list.focus(next);
      },
      open(next) {
        const address = next ? next.address : "#/";
        if (location.hash !== address) history.replaceState(null, "", address);
        show(next);
      },
    };
    const list = makeList(data.pairs, state.open);

    function alarm() {
      if (!troubles) return null;
      return h("p", { class: "alert" }, h("span", { class: "glyph error", "aria-hidden": "true" }),
        h("span", {}, troubles === 1 ? "One finding concerns the run or a set as a whole. " : `${troubles} findings concern the run or a set as a whole. `, h("a", { href: "#/" }, "See the run")));
    }

    function show(next) {
      state.viewer?.end();
      state.viewer = null;
      pair = next;
      overview.hidden = next !== null;
      place.hidden = next === null;
      // Who does not see the page hears where it went, but not where it began.
      if (begun) byId("said").textContent = next ? `${next.id}, ${next.status}, ${list.place(next)[0]} of ${list.place(next)[1]}` : "The run";
      begun = true;
      document.title = next ? `${next.id} · ${plainTitle}` : plainTitle;
      list.mark(next).scrollIntoView({ block: "nearest" });
      if (!next) { place.replaceChildren(); return; }
      const made = detail(next, list, state.go, alarm());
      place.replaceChildren(...made.elements);
      state.viewer = made.viewer;
      made.viewer?.begin();
      scrollTo(0, 0);
    }

    function byAddress() {
      const { hash } = location;
      if (hash && hash !== "#main") { show(addresses.get(hash) ?? null); return; }
      if (hash === "#main") return;
      const first = data.pairs[0];
      show(first && (first.status === "failed" || first.status === "unmeasurable") ? first : null);
    }

    addEventListener("hashchange", byAddress);
    listen(list, state);
    byAddress();
  }

  document.addEventListener("DOMContentLoaded", begin);
})();
