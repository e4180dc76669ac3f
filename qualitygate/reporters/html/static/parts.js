
  // What a pane is made of.
  const ROLES = { reference: "Reference", candidate: "Candidate", heat: "Heat map" };
  // The colours of heat maps: those that `imaging/colour_map.py` begins from.
  const RAMP = ["#000004", "#1f0c48", "#57106e", "#89226a", "#bc3754", "#e45a31", "#f98e09", "#f9cb35", "#fcffa4"];

  function layerOf(pair, role) {
    const { shown } = pair;
    const picture = shown.pictures[role], tile = shown.pictures[`${role}-tile`];
    const layer = h("div", { class: "layer", "data-layer": role },
      h("img", { src: picture.src, alt: role === "heat" ? `Heat map of the difference` : `${ROLES[role]} of ${pair.id}`, draggable: "false", decoding: "sync" }));
    // The surroundings of the worst tile in full, on their place: zoomed in, real pixels are seen there.
    if (tile) layer.append(h("img", { class: "tile", src: tile.src, alt: "", draggable: "false", decoding: "sync" }));
    return layer;
  }

  /** Boxes around damage and the worst tile; `quiet` for the latter alone. */
  function outlinesOf(shown, quiet) {
    const [width, height] = shown.size;
    const rect = (box, name) => svg("rect", { class: name, x: box[0], y: box[1], width: box[2], height: box[3] });
    const made = svg("svg", { class: "boxes", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    if (!quiet) for (const box of shown.damage) made.append(rect(box, "shade"), rect(box, "damage"));
    if (shown.worst) made.append(rect(shown.worst, "shade"), rect(shown.worst, "worst"));
    return made;
  }

  /** What the colours of the heat map mean. */
  function scaleOf(shown) {
    const id = "ramp";
    const stops = RAMP.map((colour, place) => svg("stop", { offset: place / (RAMP.length - 1), "stop-color": colour }));
    return h("div", { class: "scale" }, h("span", {}, "DeltaE00"), h("span", {}, "0"),
      svg("svg", { width: 150, height: 12, role: "img", "aria-label": `Heat map: black is 0, pale yellow ${shown.top} and more` },
        svg("defs", {}, svg("linearGradient", { id }, stops)), svg("rect", { width: 150, height: 12, fill: `url(#${id})` })),
      h("span", {}, `${plain(shown.top)}+`), shown.ignored > 0 ? h("span", {}, `grey: ignored, ${plain(shown.ignored * 100)} %`) : null,
      shown.laidOn ? h("span", {}, `all laid on ${shown.laidOn}, where transparency shows`) : null);
  }
