// Runs before the first paint: the theme the reader chose, else the system's.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const apply = () => {
    root.dataset.theme = stored() ?? (system.matches ? "dark" : "light");
    document.dispatchEvent(new Event("themechange"));
  };
  root.classList.add("scripted");
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    const name = () => {
      const other = root.dataset.theme === "dark" ? "Light" : "Dark";
      button.querySelector(".theme-name").textContent = other;
      button.setAttribute("aria-label", `${other} theme`);
    };
    button.hidden = false;
    name();
    document.addEventListener("themechange", name);
    button.addEventListener("click", () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* the choice lasts for this page */ }
      document.dispatchEvent(new Event("themechange"));
    });
  });
})();
