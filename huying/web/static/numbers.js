// Charts: a line (or bars where there are few points) for every [data-chart]; each point leads to why it is so.
// Beside each stands its table; its buttons give the picture as svg and png.
(() => {
  const style = getComputedStyle(document.body);
  const token = (name) => style.getPropertyValue(name).trim();
  const ink = token("--ink"), soft = token("--ink-soft"), blue = token("--blue"), line = token("--line");
  const colours = [blue, token("--amber"), token("--green"), token("--red"), "#6b4fa0", "#0b7285", "#8a5a44", soft];
  const wall = document.body.classList.contains("wall");
  const size = wall ? 20 : 12;

  function tip(at) {
    const said = document.createElement("span");
    const rows = Array.isArray(at) ? at : [at];
    said.append(rows[0].name);
    for (const row of rows) {
      said.append(document.createElement("br"));
      const { text, parts } = row.data.point;
      said.append(`${rows.length > 1 ? `${row.seriesName}  ` : ""}${text}${parts ? `  ${parts}` : ""}`);
    }
    return said.outerHTML;
  }

  function options(data) {
    const flat = data.kind === "bars";
    const several = data.series.length > 1;
    const bars = flat || (!several && (data.unit !== "%" || data.labels.length < 3));
    const names = { type: "category", data: data.labels, axisLabel: { color: soft, fontSize: size, hideOverlap: true }, axisLine: { lineStyle: { color: line } }, inverse: flat };
    const values = { type: "value", name: flat ? "" : data.unit, nameTextStyle: { color: soft, align: "right", fontSize: size }, axisLabel: { color: soft, fontSize: size, hideOverlap: true }, splitLine: { lineStyle: { color: line } }, minInterval: data.unit === "%" ? 0 : 1 };
    return {
      animation: false,
      color: colours,
      textStyle: { fontFamily: style.fontFamily.replaceAll('"', "'"), color: ink }, // a picture's text is put into quotes as it is
      legend: several ? { top: 0, type: "scroll", textStyle: { color: ink, fontSize: size } } : undefined,
      grid: { left: 8, right: flat ? size * 5 : 12, top: several ? 48 : flat ? 4 : 28, bottom: 4, containLabel: true },
      tooltip: { trigger: "axis", confine: true, formatter: tip },
      xAxis: flat ? values : names,
      yAxis: flat ? names : values,
      series: data.series.map((one) => ({
        type: bars ? "bar" : "line", name: one.name, connectNulls: false, symbolSize: several ? 4 : 7, barMaxWidth: 28, cursor: "pointer",
        data: one.points.map((point) => ({ value: point.value, point })),
        label: flat ? { show: true, position: "right", color: ink, fontSize: size, formatter: (at) => at.data.point.text } : undefined,
      })),
    };
  }

  function draw(box) {
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    if (data.kind === "bars" && !wall) { box.style.height = `${Math.max(data.labels.length * 28 + 40, 120)}px`; }
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption(options(data));
    chart.on("click", (event) => {
      const url = event.data && event.data.point.url;
      if (url && !wall) { window.location.href = url; }
    });
    new ResizeObserver(() => chart.resize()).observe(box);
  }

  function save(url, name) {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
  }

  function picture(box, kind) {
    const chart = echarts.getInstanceByDom(box);
    const name = `${JSON.parse(document.getElementById(box.dataset.chart).textContent).name}.${kind}`;
    const address = chart.getDataURL({ type: "svg", backgroundColor: token("--card"), excludeComponents: ["toolbox"] });
    if (kind === "svg") { save(address, name); return; }
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = chart.getWidth() * 2;
      canvas.height = chart.getHeight() * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        const made = URL.createObjectURL(blob);
        save(made, name);
        setTimeout(() => URL.revokeObjectURL(made), 1000);
      }, "image/png");
    };
    image.src = address;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-picture]");
    if (button) { picture(document.querySelector(`[data-chart="${CSS.escape(button.dataset.of)}"]`), button.dataset.picture); }
  });
  window.drawCharts = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
  window.drawCharts(document);
})();
