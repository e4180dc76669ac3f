
  // The keyboard. Keys with a modifier belong to the browser, and what is typed into a field is text.
  function listen(list, state) {
    const dialog = byId("keys");
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
      const { target } = event;
      const inList = target === list.search || target.closest("#rows") !== null;
      if (event.key === "Escape" && target === list.search) {
        if (list.search.value) list.reset(); else { list.search.blur(); list.shelf.close(); }
        return;
      }
      if (event.key === "Escape") { list.shelf.close(); return; }
      // A slider takes what moves it; other keys mean the same there as anywhere.
      const slider = target.closest('input[type="range"]') !== null;
      if (slider && /^(Arrow|Home|End|Page)/.test(event.key)) return;
      if (!slider && target.closest("input, select, textarea") && !(target === list.search && event.key === "ArrowDown")) return;
      const actions = {
        "/": () => { list.shelf.open(); list.search.focus(); list.search.select(); },
        "?": () => dialog.showModal(),
        t: switchTheme, j: () => state.go(1, inList), k: () => state.go(-1, inList), u: () => state.open(null),
        ArrowRight: () => state.go(1, inList), ArrowLeft: () => state.go(-1, inList),
        // Elsewhere these scroll the page, as everywhere.
        ...(inList ? { ArrowDown: () => state.go(1, true), ArrowUp: () => state.go(-1, true) } : {}),
        ...(state.viewer?.keys ?? {}),
      };
      const action = actions[event.key];
      if (!action) return;
      action();
      event.preventDefault();
    });
    byId("theme").hidden = false;
    byId("theme").addEventListener("click", switchTheme);
    byId("help").hidden = false;
    byId("help").addEventListener("click", () => dialog.showModal());
    nameTheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
  }
