// Trends: a line (or bars where there are few points) for every [data-chart]; each point leads to its records.
(() => {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim(), soft = style.getPropertyValue("--ink-soft").trim();
  const blue = style.getPropertyValue("--blue").trim(), line = style.getPropertyValue("--line").trim();

  function draw(box) {
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const chart = echarts.init(box, null, { renderer: "svg" });
    const points = data.points.map((point) => ({ value: point.value, point }));
    const bars = data.unit !== "%" || points.length < 3;
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
      grid: { left: 8, right: 12, top: 28, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        confine: true,
        formatter: ([at]) => {
          const said = document.createElement("span");
          said.textContent = `${at.name}  ${at.data.point.text}${at.data.point.parts ? `  ${at.data.point.parts}` : ""}`;
          return said.outerHTML;
        },
      },
      xAxis: { type: "category", data: data.labels, axisLabel: { color: soft, hideOverlap: true }, axisLine: { lineStyle: { color: line } } },
      yAxis: { type: "value", name: data.unit, nameTextStyle: { color: soft, align: "right" }, axisLabel: { color: soft }, splitLine: { lineStyle: { color: line } }, minInterval: data.unit === "%" ? 0 : 1 },
      series: [{
        type: bars ? "bar" : "line", name: data.name, data: points, connectNulls: false, symbolSize: 7, barMaxWidth: 28,
        itemStyle: { color: blue }, lineStyle: { color: blue, width: 2 }, cursor: "pointer",
      }],
    });
    chart.on("click", (event) => {
      const url = event.data && event.data.point.url;
      if (url) window.location.href = url;
    });
    new ResizeObserver(() => chart.resize()).observe(box);
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
})();
