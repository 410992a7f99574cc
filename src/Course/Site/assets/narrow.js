// Charts are laid out for a page as wide as a desk's; on a phone panels side by side would write over each other. narrowed(chart, width)
// returns a chart of Plotly's schema anew: panels below each other, labels turned or thinned out, titles wrapped, room for all of them.
(() => {
  const pencil = document.createElement("canvas").getContext("2d");
  const lengthOf = (text, size, weight) => {
    pencil.font = `${weight} ${size}px "Open Sans", verdana, arial, sans-serif`;
    return pencil.measureText(text).width;
  };
  const plain = text => text.replaceAll(/<br\s*\/?>/g, " ").replaceAll(/<[^>]*>/g, "");
  const wrapped = (text, room, size = 13, weight = 400) => plain(text).split(" ").reduce((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    return lines.length && lengthOf(longer, size, weight) <= room ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
  const shortened = (text, room) => {
    let kept = text;
    while (kept.length > 4 && lengthOf(kept, 12, 400) > room) kept = `${kept.slice(0, -2)}…`;
    return kept;
  };
  const lineHeight = 17, gap = 14, barWidth = 14;

  // The texts of an axis in the room that it has: names as they are, leaning or only some of them; numbers where they do not collide.
  const named = (axis, room) => {
    const per = room / Math.abs(axis.range[1] - axis.range[0]), depth = lines => 10 + 15 * lines;
    if (axis.type === "log") {
      let end = -Infinity;
      const texts = axis.tickvals.map((value, i) => [Math.log10(value) * per, axis.ticktext[i], i]).sort((a, b) => a[0] - b[0]).map(([at, text, i]) => {
        const half = lengthOf(text, 12, 400) / 2, fits = text && at - half >= end + 6;
        if (fits) end = at + half;
        return [i, fits ? text : ""];
      }).sort((a, b) => a[0] - b[0]).map(([, text]) => text);
      return { angle: 0, texts, depth: depth(1), lean: 0 };
    }
    const lines = axis.ticktext.map(text => text.split(/<br\s*\/?>/));
    if (!(axis.tickangle < 0) && Math.max(...lines.flat().map(line => lengthOf(line, 12, 400))) <= per - 4) {
      return { angle: 0, texts: axis.ticktext, depth: depth(Math.max(...lines.map(l => l.length))), lean: 0 };
    }
    const texts = axis.ticktext.map(text => shortened(plain(text), 110)), longest = Math.max(...texts.map(text => lengthOf(text, 12, 400)));
    const upright = longest <= 20;
    const every = Math.ceil((upright ? longest + 6 : 15) / per);
    return {
      angle: upright ? 0 : -40, texts: texts.map((text, i) => i % every === 0 ? text : ""),
      depth: upright ? depth(1) : 18 + longest * 0.65, lean: upright ? 0 : longest * 0.77 - per / 2,
    };
  };

  const whole = (data, panel) => data.filter(trace => trace.type === "heatmap" && (trace.xaxis ?? "x") === panel.id)
    .every(trace => [...trace.x, ...trace.y].every(Number.isInteger));

  window.narrowed = (chart, width) => {
    const old = chart.layout, number = i => i === 0 ? "" : `${i + 1}`;
    const count = Object.keys(old).filter(key => /^xaxis\d*$/.test(key)).length;
    if (!count || !old.margin || !old.xaxis.domain) return chart;
    const starts = [...new Set([...Array(count).keys()].map(i => old[`xaxis${number(i)}`].domain[0].toFixed(3)))].map(Number).sort((a, b) => a - b);
    const designed = old.width ?? Math.min(Math.max(310 * starts.length, 720), 960);
    const inner = { width: designed - old.margin.l - old.margin.r, height: old.height - old.margin.t - old.margin.b };
    const maps = new Set(chart.data.filter(trace => trace.z).map(trace => trace.xaxis ?? "x"));
    const barred = new Set(chart.data.filter(trace => trace.colorbar).map(trace => trace.xaxis ?? "x"));
    const columns = starts.length > 3 && barred.size === 0 ? 2 : 1;
    const heading = (layout, i) => layout.annotations?.find(a => a.xref === `x${number(i)} domain` && a.yref === `y${number(i)} domain` && a.y === 1);
    const panels = [...Array(count).keys()].map(i => {
      const x = { ...old[`xaxis${number(i)}`] }, y = { ...old[`yaxis${number(i)}`] };
      const column = starts.findIndex(start => Math.abs(start - x.domain[0]) < 0.002);
      const ends = panel => old[`xaxis${number(panel)}`].domain;
      const before = [...Array(count).keys()].filter(p => ends(p)[1] <= x.domain[0] + 1e-6).map(p => ends(p)[1]);
      const beside = column === 0 ? old.margin.l - gap : (x.domain[0] - Math.max(...before)) * inner.width - 24;
      // What axes in common are written once for, each panel now needs itself.
      const shared = letter => Object.entries(old).find(([key, axis]) => key.startsWith(`${letter}axis`) && axis.matches === letter && axis.title)?.[1]
        ?? old[`${letter}axis`];
      for (const [letter, axis] of [["x", x], ["y", y]]) {
        const common = axis.matches === letter || Object.entries(old).some(([key, other]) => key.startsWith(`${letter}axis`) && other.matches === letter);
        if (common && !axis.showticklabels) Object.assign(axis, { showticklabels: true, title: shared(letter).title, exponentformat: "power" });
      }
      const id = `x${number(i)}`, labels = y.ticktext?.flatMap(text => text.split(/<br\s*\/?>/)).map(text => lengthOf(text, 12, 400));
      return {
        x, y, map: maps.has(id), bar: barred.has(id), id,
        size: { width: (x.domain[1] - x.domain[0]) * inner.width, height: (y.domain[1] - y.domain[0]) * inner.height },
        left: labels ? Math.max(...labels) + 12 + (y.title?.text ? 22 : 0) : Math.min(Math.max(beside, 24), 80),
      };
    });

    const column = panel => panels.indexOf(panel) % columns;
    const widest = key => [...Array(columns).keys()].map(c => Math.max(...panels.filter(p => column(p) === c).map(key)));
    const right = widest(p => p.bar ? 66 : 6);
    let left = widest(p => p.left);
    const room = () => (width - left.reduce((a, b) => a + b) - right.reduce((a, b) => a + b) - 4 * (columns - 1)) / columns;
    const lean = widest(p => p.x.ticktext ? named(p.x, room()).lean : 0);
    left = left.map((l, c) => Math.max(l, lean[c] + 4));
    const across = room();

    let at = 0;
    const rows = Math.ceil(count / columns), tops = [], heights = [];
    for (let row = 0; row < rows; row++) {
      const members = panels.slice(row * columns, (row + 1) * columns);
      for (const panel of members) {
        const i = panels.indexOf(panel), head = heading(old, i);
        const lines = Math.max(...[old, ...(chart.frames ?? []).map(frame => frame.layout ?? {})].map(layout => heading(layout, i))
          .map(h => h ? wrapped(h.text, across, 13, 700).length : 0));
        panel.above = head ? lines * lineHeight + 8 : 8;
        panel.height = panel.map
          ? Math.min(Math.max(across * panel.size.height / panel.size.width, 110), across * 1.5)
          : Math.min(Math.max(panel.size.height, 150), across * 1.15);
        if (panel.y.ticktext && panel.y.showticklabels && panel.y.type !== "log") panel.height = Math.max(panel.height, 15 * panel.y.ticktext.length);
        panel.names = panel.x.ticktext && panel.x.showticklabels ? named(panel.x, across) : null;
        for (const axis of panel.map ? [panel.x, panel.y] : []) {
          // Between two cells there is nothing to be numbered.
          if (!axis.ticktext && axis.type === "linear" && axis.dtick === undefined && whole(chart.data, panel)) {
            axis.dtick = Math.max(1, Math.ceil(Math.abs(axis.range[1] - axis.range[0]) / 8));
            axis.tick0 = 0;
          }
        }
        if (panel.names) Object.assign(panel.x, { tickangle: panel.names.angle, ticktext: panel.names.texts });
        for (const [axis, along] of [[panel.x, across], [panel.y, panel.height]]) {
          if (axis.title?.text) axis.title = { ...axis.title, text: wrapped(axis.title.text, along).join("<br>") };
        }
        const titled = panel.x.showticklabels && panel.x.title?.text ? 8 + lineHeight * panel.x.title.text.split("<br>").length : 0;
        panel.below = (panel.names?.depth ?? (panel.x.showticklabels ? 24 : 6)) + titled;
      }
      at += row === 0 ? 0 : gap + Math.max(...members.map(p => p.above));
      tops.push(at);
      heights.push(Math.max(...members.map(p => p.height)));
      at += heights[row] + (row === rows - 1 ? 0 : Math.max(...members.map(p => p.below)));
    }
    const tall = at, within = width - left[0] - right[columns - 1];
    const layout = { ...old, height: 0, annotations: null };
    for (const panel of panels) {
      const i = panels.indexOf(panel), c = column(panel), row = Math.floor(i / columns);
      const start = left.slice(1, c + 1).reduce((a, b) => a + b, 0) + c * (across + 4) + right.slice(0, c).reduce((a, b) => a + b, 0);
      panel.x.domain = [start / within, Math.min((start + across) / within, 1)];
      panel.y.domain = [Math.max(1 - (tops[row] + heights[row]) / tall, 0), 1 - tops[row] / tall];
      layout[`xaxis${number(i)}`] = panel.x;
      layout[`yaxis${number(i)}`] = panel.y;
    }

    const above = Math.max(...panels.slice(0, columns).map(p => p.above)), lowest = Math.max(...panels.slice((rows - 1) * columns).map(p => p.below));
    const notes = (old.annotations ?? []).filter(a => a.xref === "paper" && a.yref === "paper");
    const noted = notes.flatMap(a => wrapped(a.text, width - 2 * gap, 11)).length * lineHeight;
    const slider = old.sliders ? 92 : 0;
    layout.margin = { ...old.margin, l: left[0], r: right[columns - 1], t: above, b: lowest + noted + slider + 8 };
    layout.height = layout.margin.t + tall + layout.margin.b;
    if (old.sliders) {
      layout.sliders = old.sliders.map(slider => {
        const half = step => Math.max(lengthOf(step.label, 11, 400) / 2 + 4, 10);
        const pad = { ...slider.pad, t: lowest + noted + 4, l: Math.max(half(slider.steps[0]) - left[0], 0), r: half(slider.steps.at(-1)) };
        return { ...slider, x: 0, len: 1, pad };
      });
    }
    delete layout.updatemenus; // There is no room for buttons beside the slider; moving it does what they do.
    const rewritten = annotations => {
      let line = 0;
      return annotations?.map(a => {
        if (a.xref === "paper" && a.yref === "paper") {
          const lines = wrapped(a.text, width - 2 * gap, 11), shift = -lowest - 4 - line * lineHeight;
          line += lines.length;
          return { ...a, text: lines.join("<br>"), align: "left", xshift: gap - left[0], yshift: shift };
        }
        const head = panels.findIndex((_, i) => a === heading({ annotations }, i));
        return head < 0 ? a : { ...a, align: "left", text: `<b>${wrapped(a.text, across, 13, 700).join("<br>")}</b>` };
      });
    };
    layout.annotations = rewritten(old.annotations) ?? [];
    const placed = data => data.map(({ ...trace }) => {
      const panel = panels.find(p => p.id === (trace.xaxis ?? "x"));
      if (trace.name) trace.name = wrapped(trace.name, across - 46, 12).join("<br>");
      return trace.colorbar && panel ? {
        ...trace,
        colorbar: {
          ...trace.colorbar, x: panel.x.domain[1] + 6 / within, thickness: barWidth,
          y: (panel.y.domain[0] + panel.y.domain[1]) / 2, len: panel.y.domain[1] - panel.y.domain[0],
        },
      } : trace;
    });
    return {
      ...chart, layout, data: placed(chart.data),
      frames: chart.frames?.map(frame => ({
        ...frame, data: placed(frame.data), layout: frame.layout && { ...frame.layout, annotations: rewritten(frame.layout.annotations) ?? [] },
      })),
    };
  };
})();
