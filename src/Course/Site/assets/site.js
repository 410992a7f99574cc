// What the pages do beyond being read: copy buttons, the current question in the sidebar, interactive charts.
(() => {
  const plotlyAddress = document.currentScript.dataset.plotly;

  for (const code of document.querySelectorAll(".code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.querySelector("code").textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code.querySelector("code"));
        button.textContent = "Selected: press Ctrl+C";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    code.append(button);
  }

  const links = new Map([...document.querySelectorAll(".sidebar .questions a")].map(a => [decodeURIComponent(a.hash.slice(1)), a]));
  const headings = [...links.keys()].map(id => document.getElementById(id)).filter(h => h);
  let current = null;
  const follow = () => {
    const passed = headings.filter(h => h.getBoundingClientRect().top < innerHeight / 3);
    const link = passed.length ? links.get(passed[passed.length - 1].id) : null;
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    const sidebar = document.querySelector(".sidebar");
    if (link && sidebar.scrollHeight > sidebar.clientHeight) {
      sidebar.scrollTop = link.offsetTop - sidebar.clientHeight / 2;
    }
    current = link;
  };
  if (headings.length) {
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; follow(); });
    }, { passive: true });
    follow();
  }
  for (const link of document.querySelectorAll(".toc a")) {
    link.addEventListener("click", () => { link.closest("details").open = false; });
  }

  // Charts: the picture is there first; the interactive one takes its place when it comes near the screen.
  const charts = [...document.querySelectorAll("figure.chart")].filter(f => f.querySelector("script"));
  if (!plotlyAddress || !charts.length) return;

  let library = null;
  const load = () => library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = plotlyAddress;
    script.onload = () => done(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });

  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const colour = name => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const themed = layout => {
    const ink = colour("--ink"), soft = colour("--soft"), rule = colour("--rule"), raised = colour("--raised");
    const change = {
      "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "font.color": ink,
      "legend.bgcolor": "rgba(0,0,0,0)", "hoverlabel.bgcolor": raised, "hoverlabel.font.color": ink, "hoverlabel.bordercolor": rule,
      "modebar.bgcolor": "rgba(0,0,0,0)", "modebar.color": soft, "modebar.activecolor": ink,
    };
    for (const axis of Object.keys(layout).filter(k => /^[xy]axis\d*$/.test(k)).concat("xaxis", "yaxis")) {
      change[`${axis}.gridcolor`] = rule;
      change[`${axis}.linecolor`] = soft;
      change[`${axis}.zerolinecolor`] = soft;
      change[`${axis}.tickcolor`] = soft;
      change[`${axis}.tickfont.color`] = ink;
      change[`${axis}.title.font.color`] = ink;
    }
    (layout.sliders ?? []).forEach((_, i) => Object.assign(change, {
      [`sliders[${i}].font.color`]: ink, [`sliders[${i}].bgcolor`]: raised, [`sliders[${i}].bordercolor`]: soft,
      [`sliders[${i}].currentvalue.font.color`]: ink, [`sliders[${i}].tickcolor`]: soft, [`sliders[${i}].activebgcolor`]: soft,
    }));
    (layout.updatemenus ?? []).forEach((_, i) => Object.assign(change, {
      [`updatemenus[${i}].font.color`]: ink, [`updatemenus[${i}].bgcolor`]: raised, [`updatemenus[${i}].bordercolor`]: soft,
    }));
    (layout.annotations ?? []).forEach((_, i) => Object.assign(change, {
      [`annotations[${i}].font.color`]: ink, [`annotations[${i}].arrowcolor`]: soft,
    }));
    return change;
  };

  // Only what is drawn can be measured: makes room for a legend of many rows and for long numbers, and moves remarks apart.
  const settled = (box, layout) => {
    const change = {}, frame = box.getBoundingClientRect();
    const rectangle = selector => box.querySelector(selector)?.getBoundingClientRect();
    const all = selector => [...box.querySelectorAll(selector)].map(e => e.getBoundingClientRect()).filter(r => r.width > 0);
    const remarks = (layout.annotations ?? [])
      .map((remark, i) => ({ i, remark, box: rectangle(`.annotation[data-index="${i}"]`) })).filter(r => r.box);
    const headings = remarks.filter(r => r.remark.y === 1 && r.remark.yanchor === "bottom");

    const legend = rectangle("g.legend");
    const lacks = legend ? legend.bottom + 2 - Math.min(frame.top + layout.margin.t - 4, ...headings.map(h => h.box.top)) : 0;
    if (lacks > 0) {
      const { height, margin: { t, b } } = layout;
      Object.assign(change, { height: height + lacks, "margin.t": t + lacks, "legend.y": 1 + (t + lacks) / (height - t - b) });
      box.style.height = `${change.height}px`;
    }

    const first = Object.keys(layout).filter(key => /^yaxis\d*$/.test(key) && layout[key.replace("y", "x")]?.domain?.[0] < 0.001);
    const tight = Math.max(0, ...first.map(key => {
      const id = key.replace("axis", ""), labels = all(`.${id}tick text`);
      const from = Math.max(frame.left, (rectangle(`.${id}title`)?.right ?? -Infinity) + 3);
      return labels.length ? from - Math.min(...labels.map(l => l.left)) : 0;
    }));
    if (tight > 0) change["margin.l"] = layout.margin.l + Math.min(tight, 60);

    const placed = headings.map(h => h.box);
    for (const { i, remark, box: r } of remarks.filter(r => !headings.includes(r) && r.remark.xref !== "paper")) {
      let down = 0;
      const covers = o => r.left < o.right - 2 && r.right > o.left + 2 && r.top + down < o.bottom - 3 && r.bottom + down > o.top + 3;
      while (down < 64 && placed.some(covers)) down += 16;
      if (down > 0) change[`annotations[${i}].yshift`] = (remark.yshift ?? 0) - down;
      const out = r.right - frame.right;
      if (out > 0) change[`annotations[${i}].xshift`] = (remark.xshift ?? 0) - out - 2;
      placed.push({ left: r.left, right: r.right, top: r.top + down, bottom: r.bottom + down });
    }
    return change;
  };

  const draw = async figure => {
    const Plotly = await load();
    const picture = figure.querySelector("img");
    const wide = JSON.parse(figure.querySelector("script").textContent);
    const narrow = figure.clientWidth < 520;
    const chart = narrow ? narrowed(wide, figure.clientWidth) : wide;
    const layout = { ...chart.layout, autosize: true };
    delete layout.width;
    delete layout.template;
    const touch = matchMedia("(hover: none)").matches;
    if (touch) layout.dragmode = false;

    // The title is text of the page, where it wraps and has the page's letters; moving the slider may change it.
    const words = layout => (layout?.title?.text ?? "").replaceAll(/<br\s*\/?>/g, " ").replaceAll(/<[^>]*>/g, "");
    const title = document.createElement("figcaption");
    title.textContent = words(layout);
    delete layout.title;
    if (!narrow) {
      const above = Math.max((layout.margin?.t ?? 80) - 22 * (wide.layout.title?.text?.split("<br>").length ?? 0), 16);
      layout.height = Math.max((layout.height ?? 400) - (layout.margin?.t ?? 80) + above, 280);
      layout.margin = { ...layout.margin, t: above };
    }
    if (layout.legend) layout.legend = { ...layout.legend, y: 1 + layout.margin.t / (layout.height - layout.margin.t - layout.margin.b) };
    const box = document.createElement("div");
    box.className = "plot";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", picture.alt);
    box.style.height = `${layout.height}px`;
    if (wide.layout?.width < 600) box.style.maxWidth = `${wide.layout.width}px`;
    figure.prepend(...title.textContent ? [title, box] : [box]);
    figure.classList.add("live");
    try {
      await Plotly.newPlot(box, {
        data: chart.data ?? [],
        layout,
        frames: (chart.frames ?? []).map(({ layout: { title: _, ...rest } = {}, ...frame }) => ({ ...frame, layout: rest })),
        config: { ...chart.config, responsive: true, displaylogo: false, scrollZoom: false, displayModeBar: touch ? false : "hover" },
      });
      await Plotly.relayout(box, { ...themed(layout), ...settled(box, layout) });
      box.on("plotly_animatingframe", ({ name }) => { title.textContent = words(chart.frames[name].layout) || title.textContent; });
      document.addEventListener("themechange", () => Plotly.relayout(box, themed(layout)));
    } catch (error) {
      title.remove();
      box.remove();
      figure.classList.remove("live");
      throw error;
    }
  };

  const near = new IntersectionObserver(entries => {
    for (const entry of entries.filter(e => e.isIntersecting)) {
      near.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "300px" });
  charts.forEach(figure => near.observe(figure));
})();
