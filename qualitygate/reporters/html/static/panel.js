
  // Looking at the panel of a LUT, of brand colours or of a batch: one drawing, as wide as there is room.
  const PANELS = { lut: "Colours before and after the change", file: "Brand colours in the picture", set: "Distributions of the colours" };

  function makePanel(pair) {
    const { panel } = pair;
    const geometry = makeGeometry([panel.width, panel.height]);
    const said = PANELS[pair.kind] ?? "What was found";
    const picture = h("img", { src: panel.src, alt: `${said}: ${pair.id}`, draggable: "false", decoding: "sync" });
    const pane = h("div", { class: "pane", tabindex: "0", role: "group", "aria-label": `${said}; arrows move it when it is enlarged` }, h("div", { class: "layer" }, picture));
    const stage = h("div", { class: "stage sheet" }, h("figure", { class: "frame" }, pane));
    const percent = h("output", { "aria-label": "Scale" });
    const fitted = h("button", { type: "button", onclick: () => whole() }, "Fit");
    const element = h("section", { class: "card viewer", "aria-label": "Picture" },
      h("div", { class: "bar" }, h("span", { class: "note" }, said), h("div", { class: "zooms" },
        h("button", { type: "button", "aria-label": "Smaller", onclick: () => zoom(1 / 1.6) }, "−"), fitted,
        h("button", { type: "button", onclick: () => zoom(1 / geometry.scale) }, "1:1"),
        h("button", { type: "button", "aria-label": "Larger", onclick: () => zoom(1.6) }, "+"), percent)), stage);

    function lay() {
      const across = pane.clientWidth;
      if (!across) return;
      // It has text: never larger than drawn by itself, and as high as it is wide enough for.
      const down = Math.round(panel.height * Math.min(1, across / panel.width));
      geometry.pane = [across, down];
      geometry.settle();
      const [left, top] = geometry.corner(), { scale } = geometry;
      stage.classList.toggle("zoomed", geometry.zoomed);
      stage.classList.toggle("crisp", scale >= 2);
      pane.style.height = `${down}px`;
      Object.assign(picture.style, { left: `${left}px`, top: `${top}px`, width: `${panel.width * scale}px`, height: `${panel.height * scale}px` });
      percent.value = `${plain(Math.round(scale * 100))} %`;
      fitted.disabled = !geometry.zoomed && geometry.factor > 0.999;
    }

    function zoom(by, at) { geometry.to(geometry.scale * by, at); lay(); }
    function whole() { geometry.whole(); lay(); }

    makeMovable(pane, geometry, lay, zoom);
    const watch = new ResizeObserver(() => lay());
    watch.observe(stage);
    return {
      element, begin: lay, end() { watch.disconnect(); },
      keys: { "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6), "0": whole },
    };
  }
