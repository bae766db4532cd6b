"use strict";
{
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const charts = [...document.querySelectorAll("[data-figure]")];

  // A figure names the page's colours, which differ between light, dark and paper.
  const coloured = (value, style) => {
    if (typeof value === "string" && value.startsWith("--")) return style.getPropertyValue(value).trim();
    if (Array.isArray(value)) return value.map(item => coloured(item, style));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, style)]));
  };

  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    for (const chart of charts) {
      const { data, layout } = structuredClone(figures[chart.dataset.figure]);
      const phone = chart.clientWidth < 560;
      const axis = { gridcolor: "--line", zerolinecolor: "--muted", linecolor: "--line", automargin: true };
      const common = {
        autosize: true,
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { color: "--text", family: "system-ui, sans-serif", size: phone ? 10 : 12 },
        margin: { l: 8, r: 12, t: 8, b: 8 },
        legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
        hoverlabel: { bgcolor: "--panel", font: { color: "--text" } },
        dragmode: false,
      };
      for (const name of ["xaxis", "yaxis"]) if (layout[name]) layout[name] = { ...axis, fixedrange: true, ...layout[name] };
      Plotly.react(chart, coloured(data, style), coloured({ ...common, ...layout }, style), { displayModeBar: false, responsive: true });
    }
    document.documentElement.dataset.drawn = String(charts.length);
  };

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  // Paper is light, and nothing on it can be unfolded.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.printing = "";
    unfolded = [...document.querySelectorAll("details:not([open])")];
    for (const fold of unfolded) fold.open = true;
    draw();
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.printing;
    for (const fold of unfolded) fold.open = false;
    draw();
  });
}
