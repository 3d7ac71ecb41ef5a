// Draws the throughput over time. The figures stand in the page; without this file, the table has them.

const charts = new Map(); // by their place
const colour = (name) => getComputedStyle(document.querySelector(name)).color;

function draw(place) {
  const { times, items, megabytes, zone } = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  const day = { day: "numeric", month: "short", timeZone: zone };
  const short = new Intl.DateTimeFormat(language, place.dataset.span === "month" ? day : clock);
  const long = new Intl.DateTimeFormat(language, { ...day, ...clock });
  const soft = colour(".zone-line");
  const axis = { stroke: soft, ticks: { stroke: soft, width: 1 } };
  const readings = [...place.parentElement.querySelectorAll("[data-reading]")];

  function read({ cursor: { idx }, data }) {
    const found = idx == null ? {} : {
      time: long.format(data[0][idx] * 1000),
      items: number.format(data[1][idx]),
      megabytes: number.format(data[2][idx]),
    };
    for (const element of readings) element.textContent = found[element.dataset.reading] ?? "";
  }

  const chart = new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
      hooks: { setCursor: [read] },
      scales: { items: { range: fromZero }, megabytes: { range: fromZero } },
      series: [
        {},
        { scale: "items", stroke: colour(".series-items"), width: 2, points: { show: false } },
        { scale: "megabytes", stroke: colour(".series-megabytes"), width: 2, dash: [6, 4], points: { show: false } },
      ],
      axes: [
        { ...axis, grid: { show: false }, space: 70, values: (_, splits) => splits.map((at) => short.format(at * 1000)) },
        { ...axis, scale: "items", grid: { stroke: soft, width: 0.25 }, values: (_, splits) => splits.map((n) => number.format(n)) },
        { ...axis, scale: "megabytes", side: 1, grid: { show: false }, values: (_, splits) => splits.map((n) => number.format(n)) },
      ],
    },
    [times, items, megabytes],
    place,
  );
  charts.get(place)?.destroy();
  charts.set(place, chart);
}

const fromZero = (_chart, _least, most) => [0, most > 0 ? most * 1.1 : 1];

const resizing = new ResizeObserver((entries) => {
  for (const { target } of entries) charts.get(target)?.setSize({ width: target.clientWidth, height: target.clientHeight });
});

// An update puts another place there: the old chart would go on listening to the window.
function forgetGone() {
  for (const [place, chart] of charts) {
    if (place.isConnected) continue;
    chart.destroy();
    resizing.unobserve(place);
    charts.delete(place);
  }
}

function drawAll(drawAgain = false) {
  forgetGone();
  for (const place of document.querySelectorAll("[data-chart]")) {
    if (charts.has(place) && !drawAgain) continue;
    draw(place);
    resizing.observe(place);
  }
}

document.addEventListener("DOMContentLoaded", () => drawAll());
document.addEventListener("htmx:afterSettle", () => drawAll());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(true));
