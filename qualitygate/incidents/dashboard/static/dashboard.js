// One script for the whole site: theme, clocks, filters, sorting, keys. It loads nothing and stores only the theme.
"use strict";
(() => {
  const root = document.documentElement;
  const stored = {
    get() { try { return localStorage.getItem("qualitygate-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("qualitygate-theme", value); } catch { /* private windows, file: in some browsers */ } },
  };
  // Before the first paint, so that no page flashes in the other colours.
  if (stored.get() === "dark" || stored.get() === "light") root.dataset.theme = stored.get();

  const byId = (id) => document.getElementById(id);
  const PAGE = 50;

  function countdown(milliseconds) {
    const late = milliseconds < 0;
    let seconds = Math.floor(Math.abs(milliseconds) / 1000);
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor(seconds / 3600) % 24;
    const minutes = Math.floor(seconds / 60) % 60;
    seconds %= 60;
    const two = (number) => String(number).padStart(2, "0");
    const text = days ? `${days} d ${two(hours)} h`
      : hours ? `${hours} h ${two(minutes)} min`
      : minutes ? `${minutes} min ${two(seconds)} s`
      : `${seconds} s`;
    return late ? `late by ${text}` : `${text} left`;
  }

  function tick() {
    const now = Date.now();
    for (const clock of document.querySelectorAll("[data-due].clock")) {
      const left = Date.parse(clock.dataset.due) - now;
      const text = countdown(left);
      if (clock.textContent !== text) clock.textContent = text;
      const late = left < 0;
      if (clock.classList.contains("late") !== late) {
        clock.classList.toggle("late", late);
        clock.closest(".clocks li")?.classList.toggle("late", late);
      }
    }
    const cards = document.querySelectorAll(".clocks .clock");
    const count = byId("late-count");
    if (count) {
      const late = document.querySelectorAll(".clocks .clock.late").length;
      const text = `${late} late of ${cards.length}`;
      if (count.textContent !== text) count.textContent = text;
    }
  }

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function switchTheme() {
    root.dataset.theme = dark() ? "light" : "dark";
    stored.set(root.dataset.theme);
    nameTheme();
  }

  function nameTheme() {
    byId("theme").textContent = dark() ? "Light" : "Dark";
  }

  function makeList() {
    const table = byId("list");
    if (!table) return null;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row, place) => ({
      row, place, text: row.cells[1].textContent.toLowerCase(), data: row.dataset,
      title: row.cells[1].querySelector("a").textContent.toLowerCase(),
    }));
    const fields = ["search", "f-state", "f-severity", "f-kind", "f-pipeline"].map(byId);
    const [search, state, severity, kind, pipeline] = fields;
    let limit = PAGE;
    let matching = rows;

    const isLate = (one) => one.row.querySelector(".clock.late") !== null;
    function matches(one, words) {
      const { data } = one;
      if (state.value === "*open" ? data.open !== "1" : state.value === "*late" ? !isLate(one) : state.value && data.state !== state.value) return false;
      if (severity.value && data.severity !== severity.value) return false;
      if (kind.value && data.kind !== kind.value) return false;
      if (pipeline.value && !data.pipelines.split("\n").includes(pipeline.value)) return false;
      return words.every((word) => one.text.includes(word));
    }

    function show() {
      const shown = new Set(matching.slice(0, limit));
      for (const one of rows) {
        const visible = shown.has(one);
        one.row.hidden = !visible;
        one.row.classList.remove("beyond");
      }
      byId("count").textContent = `${matching.length} of ${rows.length}`;
      byId("none").hidden = matching.length > 0;
      const more = byId("more");
      more.hidden = matching.length <= limit;
      more.textContent = `Show ${Math.min(PAGE, matching.length - limit)} more`;
    }

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      matching = rows.filter((one) => matches(one, words));
      limit = PAGE;
      show();
    }

    const numeric = new Set(["mitigate", "publish"]);
    function sort(heading) {
      const key = heading.dataset.key;
      const order = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const of = key === "title" ? (one) => one.title : numeric.has(key) ? (one) => Number(one.data[key]) : (one) => one.data[key];
      const compare = (a, b) => { const x = of(a), y = of(b); return (x < y ? -1 : x > y ? 1 : 0) * sign || a.place - b.place; };
      rows.sort(compare);
      body.append(...rows.map((one) => one.row));
      filter();
    }

    for (const field of fields) field.addEventListener("input", filter);
    byId("reset").addEventListener("click", () => { for (const field of fields) field.value = ""; filter(); });
    byId("more").addEventListener("click", () => { const first = matching[limit]; limit += PAGE; show(); first?.row.querySelector("a").focus(); });
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sort(heading));
      heading.replaceChildren(button);
    }
    document.querySelector(".filters").hidden = false;
    filter();
    return {
      search,
      reset() { search.value = ""; filter(); },
      step(by) {
        const links = matching.slice(0, limit).map((one) => one.row.querySelector("a"));
        const at = links.indexOf(document.activeElement?.closest("#list tbody tr")?.querySelector("a"));
        const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + by))];
        next?.focus();
        next?.scrollIntoView({ block: "nearest" });
        return Boolean(next);
      },
    };
  }

  function start() {
    const list = makeList();
    const keys = byId("keys");
    byId("theme").hidden = false;
    byId("theme").addEventListener("click", switchTheme);
    byId("help").hidden = false;
    byId("help").addEventListener("click", () => keys.showModal());
    nameTheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
    const go = (id) => byId(id)?.click();
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
      const typing = event.target.closest("input, select, textarea");
      if (event.key === "Escape" && list && event.target === list.search) {
        if (list.search.value) list.reset(); else list.search.blur();
        return;
      }
      if (typing && !(event.target === list?.search && event.key === "ArrowDown")) return;
      // Elsewhere the arrows scroll the page, as everywhere.
      const inList = event.target.closest("#list tbody") !== null || event.target === list?.search;
      const actions = {
        "/": () => { list?.search.focus(); list?.search.select(); return Boolean(list); },
        "?": () => { keys.showModal(); return true; },
        t: () => { switchTheme(); return true; },
        j: () => (list ? list.step(1) : go("next")),
        k: () => (list ? list.step(-1) : go("previous")),
        u: () => go("up"),
        ArrowDown: () => inList && list?.step(1),
        ArrowUp: () => inList && list?.step(-1),
      };
      if (actions[event.key]?.()) event.preventDefault();
    });
    tick();
    setInterval(tick, 1000);
  }

  document.addEventListener("DOMContentLoaded", start);
})();
