
  // Everything about one pair.
  function makeDetail({ settings, codes }) {
    const words = { failed: "Why it failed", unmeasurable: "Why it could not be measured", passed: "What was noticed", skipped: "Why it was left out" };

    function head(pair, list, go) {
      const [place, count] = list.place(pair);
      const level = pair.findings.map((one) => (one.level === "error" ? one.severity : null)).filter(Boolean).sort()[0];
      return h("div", { class: "head" },
        h("div", {}, h("h1", { id: "pair-title", tabindex: "-1" }, named(pair.id)),
          h("div", { class: "marks" }, h("span", { class: `verdict ${pair.status}` }, pair.status), severity(level),
            pair.kind !== "pair" ? h("span", {}, pair.kind) : null, pair.set ? h("span", {}, `set ${pair.set}`) : null,
            pair.profile ? h("span", {}, `profile ${pair.profile}`) : null,
            pair.accepted ? h("span", {}, "matched the accepted reference ", h("strong", {}, pair.accepted)) : null)),
        h("div", { class: "step" }, place ? h("span", {}, `${place} of ${count}`) : null,
          h("button", { type: "button", "aria-label": "Previous", onclick: () => go(-1) }, "‹"),
          h("button", { type: "button", "aria-label": "Next", onclick: () => go(1) }, "›")));
    }

    function tag(name, value) { return value ? h("span", {}, `${name} `, h("b", {}, value)) : null; }

    function runbook(address) {
      if (!address) return null;
      return /^https?:\/\//.test(address) ? h("a", { href: address, rel: "noopener noreferrer" }, "runbook") : tag("runbook", address);
    }

    /** A finding; why its limit stands is told once where several stand for the same reason. */
    function finding(one, place, all) {
      const before = all[place - 1];
      const again = before && before.why === one.why && before.born_of === one.born_of && (one.why || one.born_of);
      return h("div", { class: "finding" }, h("span", { class: `glyph ${one.level}`, "aria-hidden": "true" }),
        h("div", {},
          h("h3", {}, one.headline, one.level === "error" ? severity(one.severity) : null),
          one.detail ? h("p", {}, one.detail) : null,
          one.borderline ? h("p", {}, one.borderline) : null,
          !again && (one.why || one.born_of) ? h("p", { class: "why" }, one.born_of ? h("strong", {}, one.born_of) : null, one.born_of && one.why ? ": " : "", one.why,
            one.postmortem ? h("span", { class: "where" }, "Its postmortem is ", h("code", {}, one.postmortem)) : null) : null,
          h("p", { class: "tags" }, h("span", {}, one.level), one.limit && one.limit !== one.headline ? tag("limit", one.limit) : null, tag("profile", one.profile),
            again ? h("span", {}, "for the same reason") : tag("born of", one.born_of), h("span", {}, one.code), runbook(one.runbook)),
          codes[one.code] ? h("details", {}, h("summary", {}, "What it means, what to do"), h("p", {}, codes[one.code].meaning), h("p", {}, codes[one.code].remedy)) : null));
    }

    function findings(pair) {
      const made = pair.findings.map(finding);
      if (pair.reason) {
        made.unshift(h("div", { class: "finding" }, h("span", { class: `glyph ${pair.status}`, "aria-hidden": "true" }),
          h("div", {}, h("h3", {}, pair.reason.text), codes[pair.reason.code] ? h("p", {}, codes[pair.reason.code].remedy) : null,
            pair.reason.code ? h("p", { class: "tags" }, h("span", {}, pair.reason.code)) : null)));
      }
      return made.length ? h("section", { class: "card", id: "why" }, h("h2", {}, words[pair.status]), made) : null;
    }

    /** Text whose parts between backticks are code. */
    function coded(text) { return text.split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part)); }

    function advice(pair) {
      if (!pair.advice.length) return null;
      return h("section", { class: "card", id: "accept" }, h("h2", {}, "How to accept it, or fix it"),
        h("ul", { class: "advice" }, pair.advice.map((one) => h("li", {}, h("h3", {}, one.title), h("p", {}, coded(one.text)),
          one.command ? h("div", { class: "command" }, h("code", {}, one.command),
            h("button", { type: "button", onclick: (event) => copy(one.command, event.currentTarget) }, "Copy")) : null))));
    }

    function share(used) {
      if (used === null) return h("td", { class: "share" });
      const bar = h("i");
      bar.style.width = `${Math.min(100, used * 100)}%`;
      return h("td", { class: "share" }, h("span", {}, bar), h("small", {}, `${plain(Math.round(used * 100))} %`));
    }

    function metric(one) {
      const limited = one.rows.some((row) => row.limit !== null);
      const ways = new Set(one.rows.map((row) => row.better)), mixed = ways.size > 1;
      const way = mixed ? "↓ lower or ↑ higher is better" : `${[...ways][0] ?? "lower"} is better`;
      const arrow = (row) => mixed && h("span", { class: "way", role: "img", "aria-label": `${row.better} is better` }, row.better === "higher" ? "↑" : "↓");
      return h("div", { class: "metric" }, h("h3", {}, `${one.label}${one.unit ? ` [${one.unit}]` : ""}, ${way}`),
        h("div", { class: "scroll" }, h("table", { class: "numbers" },
          h("thead", { class: "unseen" }, h("tr", {}, h("th", {}, "statistic"), h("th", {}, "value"), limited ? h("th", {}, "limit") : null, limited ? h("th", {}, "share of the limit") : null)),
          h("tbody", {}, one.rows.map((row) => h("tr", { class: row.broken ? "broken" : null }, h("th", { scope: "row" }, arrow(row), row.statistic),
            h("td", { class: "number" }, row.text),
            limited ? h("td", { class: "number" }, row.limit === null ? "" : `${row.sign} ${plain(row.limit)}`) : null,
            limited ? share(row.used) : null))))));
    }

    /** Metrics without a number, those of one reason together, and the reason unless it stands beside already. */
    function missing(pair) {
      const reasons = new Map();
      for (const one of pair.metrics) if (one.unmeasured) reasons.set(one.unmeasured, [...(reasons.get(one.unmeasured) ?? []), one]);
      return Array.from(reasons, ([text, ones]) => {
        const told = text === pair.reason?.text || pair.findings.some((found) => found.detail && text.endsWith(found.detail));
        return h("div", { class: "metric" }, h("h3", {}, ones.map((one) => one.label).join(", ")),
          h("p", {}, told ? "Not measured, for the reason given." : `Not measured: ${text} `, told ? null : h("span", { class: "note" }, ones[0].code)));
      });
    }

    function numbers(pair) {
      if (!pair.metrics.length) return null;
      const made = pair.metrics.filter((one) => one.settings !== undefined && Object.keys(settings[one.settings]).length);
      return h("section", { class: "card", id: "numbers" }, h("h2", {}, "Numbers"), pair.metrics.filter((one) => !one.unmeasured).map(metric), missing(pair),
        made.length ? h("details", {}, h("summary", {}, "How they were measured"), made.map((one) => [h("h3", { class: "note" }, one.label),
          h("dl", { class: "facts" }, Object.entries(settings[one.settings]).map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value))))])) : null);
    }

    function distribution(pair) {
      if (!pair.shown?.histogram.length) return null;
      const rows = pair.metrics.find((one) => one.name === "delta_e_2000")?.rows ?? [];
      return h("section", { class: "card", id: "distribution" }, h("h2", {}, "Distribution of DeltaE00"), chart(pair.shown, rows));
    }

    function crops(pair) {
      const { shown } = pair;
      if (!shown?.tile) return null;
      const [x, y, w, h_] = shown.tile;
      return h("section", { class: "card", id: "tile" }, h("h2", {}, "Around the worst tile, pixel by pixel"),
        h("div", { class: "crops" }, Object.entries(ROLES).map(([role, label]) => h("figure", {},
          h("img", { src: shown.pictures[`${role}-tile`].src, width: w, height: h_, alt: `${label} around the worst tile` }), h("figcaption", {}, label)))),
        h("p", { class: "note" }, `${w} × ${h_} pixels at x ${x}, y ${y}; the tile itself is at x ${shown.worst[0]}, y ${shown.worst[1]}.`));
    }

    function files(pair) {
      if (!pair.files.length) return null;
      return h("section", { class: "card", id: "files" }, h("h2", {}, "Files"), h("div", { class: "files" }, pair.files.map((file) => h("div", {},
        h("h3", {}, file.role), file.path ? h("p", {}, h("bdi", {}, file.path)) : null,
        file.facts.length ? h("dl", { class: "facts" }, file.facts.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))) : pair.kind === "pair" ? h("p", { class: "note" }, "not decoded") : null))));
    }

    return function detail(pair, list, go, alarm) {
      const viewer = pair.shown ? makeViewer(pair) : pair.panel ? makePanel(pair) : null;
      const elements = [alarm, head(pair, list, go), viewer?.element ?? (pair.bare ? h("p", { class: "card bare" }, pair.bare) : null),
        h("div", { class: "cards" },
          h("div", { class: "column" }, findings(pair), crops(pair), advice(pair)),
          h("div", { class: "column" }, distribution(pair), numbers(pair), files(pair)))];
      return { elements: elements.filter(Boolean), viewer };
    };
  }
