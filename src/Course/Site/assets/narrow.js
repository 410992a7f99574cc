// Charts are laid out for a page as wide as a desk's; on a phone panels side by side would write over each other. narrowed(chart, width)
// returns a chart of Plotly's schema anew: panels below each other, labels turned or thinned out, titles wrapped, room for all of them.
(() => {
  const pencil = document.createElement("canvas").getContext("2d");
  const lengthOf = (text, size = 12, weight = 400) => {
    pencil.font = `${weight} ${size}px "Open Sans", verdana, arial, sans-serif`;
    return pencil.measureText(text).width;
  };
  const longest = texts => Math.max(0, ...texts.map(text => lengthOf(text)));
  const linesOf = text => text.split(/<br\s*\/?>/);
  const plain = text => text.replaceAll(/<br\s*\/?>/g, " ").replaceAll(/<[^>]*>/g, "");
  const wrapped = (text, room, size = 13, weight = 400) => plain(text).split(" ").reduce((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    return lines.length && lengthOf(longer, size, weight) <= room ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
  const shortened = (text, room) => {
    let kept = text;
    while (kept.length > 4 && lengthOf(kept) > room) kept = `${kept.slice(0, -2)}…`;
    return kept;
  };
  const sum = numbers => numbers.reduce((a, b) => a + b, 0);
  const upTo = count => [...Array(count).keys()];
  const lineHeight = 17, gap = 14, between = 4, mostName = 110;

  // The texts of an axis in the room that it has: names as they are, leaning or only some of them; numbers where they do not collide.
  const named = (axis, room) => {
    const per = room / Math.abs(axis.range[1] - axis.range[0]), depth = lines => 10 + 15 * lines;
    if (axis.type === "log") {
      let end = -Infinity;
      const texts = axis.ticktext.map(() => "");
      for (const i of upTo(texts.length).sort((a, b) => axis.tickvals[a] - axis.tickvals[b])) {
        const at = Math.log10(axis.tickvals[i]) * per, half = lengthOf(axis.ticktext[i]) / 2;
        if (!axis.ticktext[i] || at - half < end + 6) continue;
        texts[i] = axis.ticktext[i];
        end = at + half;
      }
      return { angle: 0, texts, depth: depth(1), lean: 0 };
    }
    const lines = axis.ticktext.map(linesOf);
    if (!(axis.tickangle < 0) && longest(lines.flat()) <= per - 4) {
      return { angle: 0, texts: axis.ticktext, depth: depth(Math.max(...lines.map(l => l.length))), lean: 0 };
    }
    const names = axis.ticktext.map(text => shortened(plain(text), mostName)), most = longest(names), upright = most <= 20;
    const every = Math.ceil((upright ? most + 6 : 15) / per), texts = names.map((name, i) => i % every === 0 ? name : "");
    return upright
      ? { angle: 0, texts, depth: depth(1), lean: 0 }
      : { angle: -40, texts, depth: 18 + most * 0.65, lean: most * 0.77 - per / 2 };
  };

  // The panels of a chart as it was laid out: axes, size, how much room the numbers or names at the left took.
  const panelsOf = (chart, count) => {
    const old = chart.layout, axis = (letter, i) => old[`${letter}axis${i || ""}`], numbers = [0, ...upTo(count).slice(1).map(i => i + 1)];
    const all = letter => numbers.map(number => axis(letter, number));
    const starts = [...new Set(all("x").map(x => x.domain[0].toFixed(3)))].map(Number).sort((a, b) => a - b);
    const designed = old.width ?? Math.min(Math.max(310 * starts.length, 720), 960);
    const inner = { width: designed - old.margin.l - old.margin.r, height: old.height - old.margin.t - old.margin.b };
    const idOf = trace => trace.xaxis ?? "x";
    const maps = chart.data.filter(trace => trace.z), bars = chart.data.filter(trace => trace.colorbar);

    // What axes in common are written once for, each panel now needs itself.
    const own = (letter, number) => {
      const mine = { ...axis(letter, number) }, others = all(letter);
      const common = others.some(other => other.matches === letter);
      const titled = others.find(other => other.title?.text);
      return common && !mine.showticklabels
        ? { ...mine, showticklabels: true, title: titled?.title, exponentformat: "power" }
        : mine;
    };
    return {
      columns: starts.length,
      panels: numbers.map((number, i) => {
        const x = own("x", number), y = own("y", number), id = `x${number || ""}`;
        const before = all("x").map(other => other.domain[1]).filter(end => end <= x.domain[0] + 1e-6);
        const beside = before.length ? (x.domain[0] - Math.max(...before)) * inner.width - 24 : old.margin.l - gap;
        const map = maps.filter(trace => idOf(trace) === id);
        return {
          i, id, x, y, suffix: number || "", map: map.length > 0, bar: bars.some(trace => idOf(trace) === id),
          cells: map.every(trace => trace.type === "heatmap" && [...trace.x, ...trace.y].every(Number.isInteger)),
          size: { width: (x.domain[1] - x.domain[0]) * inner.width, height: (y.domain[1] - y.domain[0]) * inner.height },
          left: y.ticktext ? longest(y.ticktext.flatMap(linesOf)) + 12 + (y.title?.text ? 22 : 0) : Math.min(Math.max(beside, 24), 80),
        };
      }),
    };
  };

  window.narrowed = (chart, width) => {
    const old = chart.layout, count = Object.keys(old).filter(key => /^xaxis\d*$/.test(key)).length;
    if (!count || !old.margin || !old.xaxis.domain) return chart;
    const { columns: before, panels } = panelsOf(chart, count);
    const columns = before > 3 && !panels.some(p => p.bar) ? 2 : 1, rows = Math.ceil(count / columns);
    const inColumn = c => panels.filter(p => p.i % columns === c), inRow = r => panels.slice(r * columns, (r + 1) * columns);

    const right = upTo(columns).map(c => Math.max(...inColumn(c).map(p => p.bar ? 66 : 6)));
    let left = upTo(columns).map(c => Math.max(...inColumn(c).map(p => p.left)));
    const room = () => (width - sum(left) - sum(right) - between * (columns - 1)) / columns;
    const lean = upTo(columns).map(c => Math.max(...inColumn(c).map(p => p.x.ticktext ? named(p.x, room()).lean : 0)));
    left = left.map((l, c) => Math.max(l, lean[c] + 4));
    const across = room();

    const isHeading = (remark, p) => remark.xref === `${p.id} domain` && remark.yref === `y${p.suffix} domain` && remark.y === 1;
    const layouts = [old, ...(chart.frames ?? []).map(frame => frame.layout ?? {})];
    const headLines = p => Math.max(0, ...layouts.flatMap(layout => (layout.annotations ?? []).filter(remark => isHeading(remark, p)))
      .map(head => wrapped(head.text, across, 13, 700).length));
    for (const p of panels) {
      p.above = headLines(p) * lineHeight + 8;
      p.height = p.map
        ? Math.min(Math.max(across * p.size.height / p.size.width, 110), across * 1.5)
        : Math.min(Math.max(p.size.height, 150), across * 1.15);
      if (p.y.ticktext && p.y.showticklabels && p.y.type !== "log") p.height = Math.max(p.height, 15 * p.y.ticktext.length);
      for (const axis of p.map && p.cells ? [p.x, p.y] : []) {
        // Between two cells there is nothing to be numbered.
        if (axis.ticktext || axis.type !== "linear" || axis.dtick !== undefined) continue;
        Object.assign(axis, { tick0: 0, dtick: Math.max(1, Math.ceil(Math.abs(axis.range[1] - axis.range[0]) / 8)) });
      }
      const names = p.x.ticktext && p.x.showticklabels ? named(p.x, across) : null;
      if (names) Object.assign(p.x, { tickangle: names.angle, ticktext: names.texts });
      for (const [axis, along] of [[p.x, across], [p.y, p.height]]) {
        if (axis.title?.text) axis.title = { ...axis.title, text: wrapped(axis.title.text, along).join("<br>") };
      }
      const title = p.x.showticklabels && p.x.title?.text ? 8 + lineHeight * linesOf(p.x.title.text).length : 0;
      p.below = (names?.depth ?? (p.x.showticklabels ? 24 : 6)) + title;
    }

    const tops = [], heights = [];
    let tall = 0;
    for (const r of upTo(rows)) {
      if (r > 0) tall += Math.max(...inRow(r - 1).map(p => p.below)) + gap + Math.max(...inRow(r).map(p => p.above));
      tops.push(tall);
      heights.push(Math.max(...inRow(r).map(p => p.height)));
      tall += heights[r];
    }
    const within = width - left[0] - right[columns - 1], layout = { ...old };
    for (const p of panels) {
      const c = p.i % columns, r = Math.floor(p.i / columns);
      const start = sum(left.slice(1, c + 1)) + c * (across + between) + sum(right.slice(0, c));
      p.x.domain = [start / within, Math.min((start + across) / within, 1)];
      p.y.domain = [Math.max(1 - (tops[r] + heights[r]) / tall, 0), 1 - tops[r] / tall];
      layout[`xaxis${p.suffix}`] = p.x;
      layout[`yaxis${p.suffix}`] = p.y;
    }

    const isNote = remark => remark.xref === "paper" && remark.yref === "paper";
    const noteLines = note => wrapped(note.text, width - 2 * gap, 11);
    const lowest = Math.max(...inRow(rows - 1).map(p => p.below));
    const noted = lineHeight * sum((old.annotations ?? []).filter(isNote).map(note => noteLines(note).length));
    layout.margin = {
      ...old.margin, l: left[0], r: right[columns - 1], t: Math.max(...inRow(0).map(p => p.above)),
      b: lowest + noted + (old.sliders ? 92 : 0) + 8,
    };
    layout.height = layout.margin.t + tall + layout.margin.b;
    if (old.sliders) {
      layout.sliders = old.sliders.map(slider => {
        const half = step => Math.max(lengthOf(step.label, 11) / 2 + 4, 10);
        const pad = { ...slider.pad, t: lowest + noted + 4, l: Math.max(half(slider.steps[0]) - left[0], 0), r: half(slider.steps.at(-1)) };
        return { ...slider, x: 0, len: 1, pad };
      });
    }
    delete layout.updatemenus; // There is no room for buttons beside the slider; moving it does what they do.

    const rewritten = (remarks = []) => {
      let line = 0;
      return remarks.map(remark => {
        if (isNote(remark)) {
          const lines = noteLines(remark), yshift = -lowest - 4 - line * lineHeight;
          line += lines.length;
          return { ...remark, text: lines.join("<br>"), align: "left", xshift: gap - left[0], yshift };
        }
        if (!panels.some(p => isHeading(remark, p))) return remark;
        return { ...remark, align: "left", text: `<b>${wrapped(remark.text, across, 13, 700).join("<br>")}</b>` };
      });
    };
    const placed = data => data.map(({ ...trace }) => {
      if (trace.name) trace.name = wrapped(trace.name, across - 46, 12).join("<br>");
      const p = trace.colorbar && panels.find(p => p.id === (trace.xaxis ?? "x"));
      if (p) {
        const [low, high] = p.y.domain;
        trace.colorbar = { ...trace.colorbar, x: p.x.domain[1] + 6 / within, y: (low + high) / 2, len: high - low };
      }
      return trace;
    });
    // A frame may have names of its own.
    const renamed = frame => Object.fromEntries(Object.entries(frame)
      .filter(([key, axis]) => key.startsWith("xaxis") && axis.ticktext)
      .map(([key, axis]) => {
        const { angle, texts } = named({ type: layout[key].type, range: layout[key].range, ...axis }, across);
        return [key, { ...axis, tickangle: angle, ticktext: texts }];
      }));
    layout.annotations = rewritten(old.annotations);
    return {
      ...chart, layout, data: placed(chart.data),
      frames: chart.frames?.map(frame => ({
        ...frame, data: placed(frame.data),
        layout: frame.layout && { ...frame.layout, ...renamed(frame.layout), annotations: rewritten(frame.layout.annotations) },
      })),
    };
  };
})();
