
  // Moving and enlarging a pane by pointer, wheel and arrows. `moved` is called after each move, `zoom` to enlarge.
  function makeMovable(pane, geometry, moved, zoom) {
    pane.addEventListener("pointerdown", (event) => {
      if (!geometry.zoomed || event.button !== 0) return;
      pane.setPointerCapture(event.pointerId);
      // Not `movementX`, which some browsers give in pixels of the screen.
      let last = [event.clientX, event.clientY];
      const move = (to) => { geometry.move(to.clientX - last[0], to.clientY - last[1]); last = [to.clientX, to.clientY]; moved(); };
      pane.addEventListener("pointermove", move);
      pane.addEventListener("lostpointercapture", () => pane.removeEventListener("pointermove", move), { once: true });
    });
    const point = (event) => { const box = pane.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    pane.addEventListener("dblclick", (event) => zoom(2, point(event)));
    // A pinch on a touch pad comes as a wheel with Ctrl; the wheel alone scrolls the page.
    pane.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 200), point(event));
    }, { passive: false });
    pane.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
      if (!by || !geometry.zoomed || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      geometry.move(...by);
      moved();
    });
  }
