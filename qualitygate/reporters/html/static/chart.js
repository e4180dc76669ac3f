
  // The distribution of DeltaE00 with the limits it was held against. Both axes are logarithmic: a destroyed block is a
  // few pixels among millions, and shows all the same.
  const CHART = { width: 480, height: 236, left: 66, right: 10, top: 62, bottom: 34 };
  const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

  function chart(shown, rows) {
    const { width, height, left, right, top, bottom } = CHART;
    const { histogram, bins, beyond } = shown;
    const total = histogram.reduce((sum, count) => sum + count, 0);
    if (!total) return h("p", { class: "note" }, "No pixel counts: all of them are ignored.");
    const lowest = Math.min(-2, Math.floor(Math.log10(1 / total)));
    const first = bins[1], last = bins[bins.length - 1];
    const step = (width - left - right) / histogram.length;
    const x = (value) => (value <= first ? left + step * (value / first) : left + step + (width - left - right - step) * (Math.log10(value / first) / Math.log10(last / first)));
    const y = (share) => top + (height - top - bottom) * (Math.max(lowest, Math.log10(share)) / lowest);
    const n = (number) => Math.round(number * 10) / 10;
    const base = height - bottom;
    const made = [];
    for (let power = 0; power >= lowest; power -= lowest < -4 ? 2 : 1) {
      const at = n(y(10 ** power));
      made.push(svg("line", { class: "grid", x1: left, x2: width - right, y1: at, y2: at }));
      if (power >= -6) made.push(svg("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, `${plain(10 ** (power + 2))} %`));
    }
    histogram.forEach((count, place) => {
      if (!count) return;
      const share = count / total, at = n(y(share));
      const range = place === 0 ? `below ${first}` : place === histogram.length - 1 ? `${bins[place]} and more` : `${bins[place]} to ${bins[place + 1]}`;
      made.push(svg("rect", { class: bins[place] >= beyond ? "bin over" : "bin", x: n(left + step * place + 0.75), y: at, width: n(step - 1.5), height: n(Math.max(1, base - at)) },
        svg("title", {}, `${range}: ${plain(share * 100)} % of the pixels (${count.toLocaleString("en")})`)));
    });
    made.push(svg("line", { class: "base", x1: left, x2: width - right, y1: base, y2: base }));
    made.push(svg("text", { x: n(left + step / 2), y: base + 15, "text-anchor": "middle" }, "0"));
    for (const tick of TICKS) {
      const at = n(x(tick));
      made.push(svg("line", { class: "base", x1: at, x2: at, y1: base, y2: base + 4 }));
      if (tick !== first) made.push(svg("text", { x: Math.min(at, width - 12), y: base + 15, "text-anchor": "middle" }, String(tick)));
    }
    made.push(svg("text", { x: width - right, y: height - 4, "text-anchor": "end" }, "DeltaE00"));
    made.push(svg("text", { x: left, y: height - 4 }, `share of the pixels${shown.laidOn ? ` on ${shown.laidOn}` : ""}, both scales logarithmic`));
    // Limits were held against numbers on another background.
    const marks = shown.laidOn ? [] : rows.filter((row) => row.limit !== null && row.limit > 0 && !row.statistic.includes(" in ")).sort((a, b) => a.limit - b.limit);
    // Labels stand on four lines, each where no other label is and, as far as possible, where nothing strikes through one.
    const lines = [], labels = [];
    const strikes = (one, other) => one.high < other.high && one.at > other.start && one.at < other.end;
    for (const row of marks) {
      const at = n(Math.min(x(row.limit), width - right));
      const text = `${row.statistic} ≤ ${plain(row.limit)}`;
      const long = text.length * 7.1, start = at + long > width - right ? at - long - 5 : at + 5;
      const made = [0, 1, 2, 3].map((line) => ({ high: 12 + line * 15, at, start, end: start + long, text, broken: row.broken }));
      const free = made.filter((one) => labels.every((other) => other.high !== one.high || other.end < start - 6));
      const chosen = free.find((one) => !labels.some((other) => strikes(one, other) || strikes(other, one))) ?? free[0] ?? made[3];
      labels.push(chosen);
      lines.push(svg("line", { class: `limit${row.broken ? " broken" : ""}`, x1: at, x2: at, y1: chosen.high - 8, y2: base }));
    }
    // Last, with the colour of the ground around their letters: where a line crosses one all the same, it is behind it.
    made.push(...lines, ...labels.map((one) => svg("text", { class: `limit-label halo${one.broken ? " broken" : ""}`, x: n(one.start), y: one.high }, one.text)));
    const over = histogram.reduce((sum, count, place) => sum + (bins[place] >= beyond ? count : 0), 0);
    const said = `Distribution of DeltaE00${shown.laidOn ? ` on ${shown.laidOn}` : ""} over ${total.toLocaleString("en")} pixels; ${plain((over / total) * 100)} % lie in bins beyond ${plain(beyond)}.`
      + marks.map((row) => ` ${row.statistic} is ${row.text}, its limit ${plain(row.limit)}${row.broken ? ", broken" : ""}.`).join("");
    return svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said }, made);
  }
