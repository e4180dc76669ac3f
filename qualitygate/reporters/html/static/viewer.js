
  // Looking at one pair: five views of the same place.
  const VIEWS = [["side", "Side", " by side"], ["slider", "Slider", ""], ["onion", "Onion", " skin"], ["blink", "Blink", ""], ["heat", "Heat", " map"]];
  // Two pictures a second: one change of light and back, well below the three a second that may trigger seizures (WCAG 2.3.1).
  const BLINK = 500;
  // What the viewer remembers from one pair to the next.
  const habit = { view: "side", boxes: true, slider: 0.5, onion: 0.5, heat: 1 };

  function makeViewer(pair) {
    const { shown } = pair;
    const [width, height] = shown.size;
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const geometry = makeGeometry(shown.size);
    const stage = h("div", { class: "stage" });
    const control = h("div", { class: "control" });
    const percent = h("output", { "aria-label": "Scale" });
    const fitted = h("button", { type: "button", onclick: () => whole() }, "Fit");
    const worst = shown.tile && h("button", { type: "button", "aria-pressed": "false", onclick: () => toWorst() }, "Worst tile", h("kbd", {}, "z"));
    const boxes = h("button", { type: "button", "aria-pressed": String(habit.boxes), onclick: () => toggleBoxes() }, "Boxes", h("kbd", {}, "d"));
    const radios = VIEWS.map(([name, label, rest], place) => h("button", { type: "button", role: "radio", "aria-label": label + rest, "aria-checked": "false", tabindex: "-1", "data-view": name, onclick: () => show(name), onkeydown: (event) => turn(event, place) }, label, h("span", { class: "rest" }, rest), h("kbd", {}, String(place + 1))));
    const places = h("div", { class: "places", role: "group", "aria-label": "Damaged places" });
    const element = h("section", { class: "card viewer", "aria-label": "Pictures" },
      h("div", { class: "bar" },
        h("div", { class: "segments", role: "radiogroup", "aria-label": "View" }, radios),
        boxes,
        h("div", { class: "zooms" },
          h("button", { type: "button", "aria-label": "Smaller", onclick: () => zoom(1 / 1.6) }, "−"), fitted,
          h("button", { type: "button", onclick: () => zoom(1 / geometry.scale) }, "1:1"),
          h("button", { type: "button", "aria-label": "Larger", onclick: () => zoom(1.6) }, "+"), worst, percent)),
      stage, h("div", { class: "under" }, control, scaleOf(shown)), places);
    let panes = [], timer = 0, front = "candidate", atWorst = false, at = -1;

    function frame(caption, roles, ...more) {
      const pane = h("div", { class: "pane", tabindex: "0", role: "group", "aria-label": `${caption}; arrows move it when it is enlarged` }, roles.map((role) => layerOf(pair, role)), outlinesOf(shown, roles.join() === "reference"), more);
      makeMovable(pane, geometry, () => { atWorst = false; lay(); }, zoom);
      return h("figure", { class: "frame" }, h("figcaption", {}, h("span", {}, caption)), pane);
    }

    const builders = {
      side: () => ["reference", "candidate", "heat"].map((role) => frame(ROLES[role], [role])),
      slider() {
        const handle = h("div", { class: "handle", "aria-hidden": "true" });
        handle.addEventListener("pointerdown", (event) => {
          event.stopPropagation();
          handle.setPointerCapture(event.pointerId);
          const move = (moved) => {
            const box = handle.parentElement.getBoundingClientRect();
            const [left, right] = seen();
            habit.slider = Math.min(1, Math.max(0, (moved.clientX - box.left - left) / (right - left)));
            lay();
          };
          handle.addEventListener("pointermove", move);
          handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
        });
        return [frame("Reference on the left, candidate on the right", ["reference", "candidate"], handle,
          h("span", { class: "side-label left" }, "reference"), h("span", { class: "side-label right" }, "candidate"))];
      },
      onion: () => [frame("Candidate over reference", ["reference", "candidate"])],
      blink: () => [frame("Reference and candidate in turn", ["reference", "candidate"], h("span", { class: "side-label left" }, front))],
      heat: () => [frame("Heat map over candidate", ["candidate", "heat"])],
    };

    function range(key, label, left, right) {
      const input = h("input", { type: "range", min: "0", max: "100", value: String(Math.round(habit[key] * 100)), "aria-label": label, oninput: () => { habit[key] = Number(input.value) / 100; lay(); } });
      return [h("span", {}, left), input, h("span", {}, right)];
    }

    const controls = {
      side: () => [],
      slider: () => range("slider", "Position of the slider", "reference", "candidate"),
      onion: () => range("onion", "Opacity of the candidate", "reference", "candidate"),
      blink: () => [
        h("button", { type: "button", id: "blinking", "aria-pressed": "false", onclick: () => (timer ? stop() : start()) }, "Start blinking"),
        h("button", { type: "button", onclick: () => { stop(); flip(); } }, "Flip"),
        h("span", { id: "front", role: "status" }, "")],
      heat: () => range("heat", "Opacity of the heat map", "candidate", "heat map"),
    };

    function show(name) {
      stop();
      habit.view = name;
      stage.dataset.view = name;
      for (const radio of radios) {
        const checked = radio.dataset.view === name;
        radio.setAttribute("aria-checked", String(checked));
        radio.tabIndex = checked ? 0 : -1;
      }
      front = "candidate";
      stage.replaceChildren(...builders[name]());
      panes = Array.from(stage.querySelectorAll(".pane"));
      control.replaceChildren(...controls[name]());
      lay();
      // Moving pictures only where the system does not ask for stillness; there, `b` or the button starts them.
      if (name === "blink" && !still.matches) start();
    }

    function turn(event, place) {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      const next = radios[(place + by + VIEWS.length) % VIEWS.length];
      next.focus();
      show(next.dataset.view);
    }

    function start() {
      stop();
      timer = setInterval(flip, BLINK);
      nameBlink();
    }

    function stop() {
      clearInterval(timer);
      timer = 0;
      nameBlink();
    }

    function nameBlink() {
      const button = control.querySelector("#blinking");
      if (!button) return;
      button.textContent = timer ? "Stop blinking" : "Start blinking";
      button.setAttribute("aria-pressed", String(timer !== 0));
    }

    function flip() {
      front = front === "candidate" ? "reference" : "candidate";
      paint();
    }

    /** Left and right of what is seen of the picture within the pane. */
    function seen() {
      const [left] = geometry.corner();
      return [Math.max(0, left), Math.min(geometry.pane[0], left + width * geometry.scale)];
    }

    /** What changes without moving anything. */
    function paint() {
      const top = stage.querySelector('[data-layer="candidate"]');
      if (habit.view === "blink") {
        top.classList.toggle("off", front !== "candidate");
        stage.querySelector(".side-label").textContent = front;
        control.querySelector("#front").textContent = timer ? "" : `${front} is shown`;
      }
      if (habit.view === "onion") top.style.opacity = habit.onion;
      if (habit.view === "heat") stage.querySelector('[data-layer="heat"]').style.opacity = habit.heat;
      if (habit.view === "slider") {
        const [left, right] = seen();
        const edge = left + habit.slider * (right - left);
        top.style.clipPath = `inset(0 0 0 ${edge}px)`;
        stage.querySelector(".handle").style.left = `${edge}px`;
        control.querySelector("input").value = Math.round(habit.slider * 100);
      }
    }

    function lay() {
      if (!panes.length || !panes[0].clientWidth) return;
      const across = panes[0].clientWidth;
      const most = Math.max(160, innerHeight * (habit.view === "side" ? 0.5 : 0.62));
      const down = Math.round(Math.min((across * height) / width, most, Math.max(120, height * 8)));
      const box = atWorst;
      geometry.pane = [across, down];
      if (box) geometry.around(shown.tile, 0);
      else geometry.settle();
      const [left, top] = geometry.corner();
      const { scale } = geometry;
      const deep = scale > (shown.pictures.candidate.width / width) * 1.001;
      stage.classList.toggle("deep", deep);
      stage.classList.toggle("crisp", scale >= 2);
      stage.classList.toggle("zoomed", geometry.zoomed);
      const put = (one, x, y, w, h_) => Object.assign(one.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h_}px` });
      for (const pane of panes) {
        pane.style.height = `${down}px`;
        for (const picture of pane.querySelectorAll(".layer img")) {
          if (!picture.classList.contains("tile")) put(picture, left, top, width * scale, height * scale);
          else put(picture, left + shown.tile[0] * scale, top + shown.tile[1] * scale, shown.tile[2] * scale, shown.tile[3] * scale);
        }
        const drawn = pane.querySelector(".boxes");
        // A little inwards, so that the outline of the whole picture is seen.
        put(drawn, left + 1.5, top + 1.5, width * scale - 3, height * scale - 3);
        drawn.classList.toggle("off", !habit.boxes);
      }
      percent.value = `${plain(Math.round(scale * 100))} %`;
      fitted.disabled = !geometry.zoomed && geometry.factor > 0.999;
      worst?.setAttribute("aria-pressed", String(atWorst));
      paint();
    }

    function zoom(by, at) { atWorst = false; geometry.to(geometry.scale * by, at); lay(); }

    function whole() { atWorst = false; geometry.whole(); lay(); }

    function toWorst() {
      if (!shown.tile) return;
      atWorst = !atWorst;
      if (!atWorst) geometry.whole();
      lay();
    }

    function toPlace(place) {
      if (!shown.damage.length) return;
      at = (place + shown.damage.length) % shown.damage.length;
      atWorst = false;
      const [, , w, h_] = shown.damage[at];
      geometry.around(shown.damage[at], Math.max(8, Math.max(w, h_) * 0.35));
      lay();
      for (const [other, button] of places.querySelectorAll("button").entries()) button.setAttribute("aria-pressed", String(other === at));
    }

    function toggleBoxes() {
      habit.boxes = !habit.boxes;
      boxes.setAttribute("aria-pressed", String(habit.boxes));
      lay();
    }

    function listPlaces() {
      const { damage, places: count, beyond, moved, movedBeyond } = shown;
      if (moved !== null) { places.append(`The whole picture moved: ${plain(Math.round(moved * 100))} % of it lies beyond ${plain(movedBeyond)} DeltaE00.${shown.worst ? " Dashed is the worst tile." : ""}`); return; }
      if (!count) { places.append(`No place lies beyond ${plain(beyond)} DeltaE00.`); return; }
      const many = count > damage.length ? `the worst ${damage.length} of ${count.toLocaleString("en")} places` : count === 1 ? "1 place" : `${count} places`;
      places.append(h("span", {}, `Beyond ${plain(beyond)} DeltaE00: ${many}`));
      damage.forEach((box, place) => {
        const [x, y, w, h_] = box;
        const said = `Place ${place + 1}: ${w} × ${h_} pixels at x ${x}, y ${y}`;
        places.append(h("button", { type: "button", title: said, "aria-label": said, "aria-pressed": "false", onclick: () => toPlace(place) }, String(place + 1)));
      });
    }

    listPlaces();
    const watch = new ResizeObserver(() => lay());
    watch.observe(stage);
    return {
      element,
      begin: () => show(habit.view),
      end() { stop(); watch.disconnect(); },
      keys: {
        ...Object.fromEntries(VIEWS.map(([name], place) => [String(place + 1), () => show(name)])),
        b: () => { if (habit.view === "blink" && timer) stop(); else { if (habit.view !== "blink") show("blink"); start(); } },
        z: toWorst, d: toggleBoxes, n: () => toPlace(at + 1),
        "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6), "0": whole,
      },
    };
  }
