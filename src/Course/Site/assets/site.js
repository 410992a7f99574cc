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

  const draw = async figure => {
    const Plotly = await load();
    const picture = figure.querySelector("img");
    const chart = JSON.parse(figure.querySelector("script").textContent);
    const layout = { ...chart.layout, autosize: true };
    delete layout.width;
    delete layout.template;
    const touch = matchMedia("(hover: none)").matches;
    if (touch) layout.dragmode = false;
    const narrow = figure.clientWidth < 520;
    if (narrow && layout.legend?.orientation !== "h") {
      layout.legend = { ...layout.legend, orientation: "h", x: 0, xanchor: "left", y: -0.25, yanchor: "top" };
    }
    if (narrow && layout.sliders) {
      // There is no room for buttons beside the slider; moving it does what they do.
      delete layout.updatemenus;
      layout.sliders = layout.sliders.map(slider => ({ ...slider, x: 0, len: 1 }));
    }

    // The title is text of the page, where it wraps and has the page's letters.
    const title = document.createElement("figcaption");
    title.textContent = (layout.title?.text ?? layout.title ?? "").replaceAll(/<br\s*\/?>/g, " ").replaceAll(/<[^>]*>/g, "");
    delete layout.title;
    const above = layout.legend?.y >= 1 ? 40 : 16;
    layout.height = Math.max((layout.height ?? 400) - (layout.margin?.t ?? 80) + above, 280);
    layout.margin = { ...layout.margin, t: above };
    const box = document.createElement("div");
    box.className = "plot";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", picture.alt);
    box.style.height = `${layout.height}px`;
    if (chart.layout?.width < 600) box.style.maxWidth = `${chart.layout.width}px`;
    figure.prepend(...title.textContent ? [title, box] : [box]);
    figure.classList.add("live");
    try {
      await Plotly.newPlot(box, {
        data: chart.data ?? [],
        layout,
        frames: (chart.frames ?? []).map(({ layout: { title: _, ...rest } = {}, ...frame }) => ({ ...frame, layout: rest })),
        config: { ...chart.config, responsive: true, displaylogo: false, scrollZoom: false, displayModeBar: touch ? false : "hover" },
      });
      await Plotly.relayout(box, themed(layout));
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
