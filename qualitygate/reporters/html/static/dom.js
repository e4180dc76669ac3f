"use strict";
// The script of the report, in one scope. It loads nothing, stores only the theme, and makes every element by hand:
// no text is ever read as HTML.
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  const stored = {
    get() { try { return localStorage.getItem("qualitygate-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("qualitygate-theme", value); } catch { /* private windows, file: in some browsers */ } },
  };
  // Before the first paint, so that no page flashes in the other colours.
  if (stored.get() === "dark" || stored.get() === "light") root.dataset.theme = stored.get();

  const SVG = "http://www.w3.org/2000/svg";

  function fill(made, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
    return made;
  }

  const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  const plain = (number) => (Number.isFinite(number) ? Number(number.toPrecision(4)).toString() : "");

  function severity(level) {
    return level ? h("span", { class: `sev ${level.toLowerCase()}` }, level) : null;
  }

  function named(id) {
    const cut = id.lastIndexOf("/") + 1;
    return h("bdi", {}, cut ? h("span", { class: "directory" }, id.slice(0, cut)) : null, id.slice(cut));
  }

  async function copy(text, button) {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // Where the browser refuses, the text is selected, so that the usual keys copy it.
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function nameTheme() { byId("theme").textContent = dark() ? "Light" : "Dark"; }

  function switchTheme() {
    root.dataset.theme = dark() ? "light" : "dark";
    stored.set(root.dataset.theme);
    nameTheme();
  }
