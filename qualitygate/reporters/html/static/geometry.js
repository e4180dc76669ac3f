
  // Which part of a picture is seen, and how large. One for all panes, so that they show the same place.
  const LARGEST = 24;

  function makeGeometry(size) {
    const [width, height] = size;
    return {
      factor: 1, x: width / 2, y: height / 2,
      /** Size of a pane in CSS pixels; set before anything is asked. */
      pane: [1, 1],
      // Icons grow, so that there is something to see.
      get fit() { return Math.min(this.pane[0] / width, this.pane[1] / height, 8); },
      get scale() { return this.fit * this.factor; },
      get zoomed() { return this.factor > 1.001; },
      whole() { this.factor = 1; this.x = width / 2; this.y = height / 2; },
      /** Show at `scale` CSS pixels per pixel, holding the picture still under a point of the pane. */
      to(scale, at = [this.pane[0] / 2, this.pane[1] / 2]) {
        const before = this.corner();
        const px = (at[0] - before[0]) / this.scale, py = (at[1] - before[1]) / this.scale;
        this.factor = Math.min(Math.max(scale, Math.min(1, this.fit)), Math.max(LARGEST, this.fit)) / this.fit;
        this.x = px + (this.pane[0] / 2 - at[0]) / this.scale;
        this.y = py + (this.pane[1] / 2 - at[1]) / this.scale;
        this.settle();
      },
      /** Show a box with some room around it. */
      around([x, y, w, h], room) {
        this.factor = 1;
        const wanted = Math.min(this.pane[0] / (w + 2 * room), this.pane[1] / (h + 2 * room));
        this.factor = Math.max(1, Math.min(wanted, LARGEST) / this.fit);
        this.x = x + w / 2;
        this.y = y + h / 2;
        this.settle();
      },
      move(dx, dy) { this.x -= dx / this.scale; this.y -= dy / this.scale; this.settle(); },
      /** No empty border where there is picture to fill it. */
      settle() {
        const place = (centre, length, pane) => {
          const half = pane / 2 / this.scale;
          return half * 2 >= length ? length / 2 : Math.min(Math.max(centre, half), length - half);
        };
        this.x = place(this.x, width, this.pane[0]);
        this.y = place(this.y, height, this.pane[1]);
      },
      /** Left and top of the picture within the pane. */
      corner() { return [this.pane[0] / 2 - this.x * this.scale, this.pane[1] / 2 - this.y * this.scale]; },
    };
  }
