"use strict";
// Curves over epochs, for the report and the studio: uPlot in the page's own colours, with one pointer and one zoom in all charts of a page.
//
//   drawChart(host, { x: [1, 2], unit: "reward", wide: true, stacked: false,
//     l: [{ n: "name", y: [0.1, null], s: "s1", d: [5, 3] }],     lines, the most important last; s names a colour of the page (--s1), d dashes
//     m: [{ x: 2, t: "text", s: "s2" }] })                        what happened at single epochs
//
// A line with the colour "band" is a spread: half of the height of an area around another line (of: its place in l; the first). Drawn again, a chart takes the
// new numbers and stays zoomed.
globalThis.drawChart = (() => {
  const all = new Set();
  const number = (v) => v === null || v === undefined ? "–" : v === 0 || (Math.abs(v) >= 1e-3 && Math.abs(v) < 1e6) ? String(+v.toPrecision(4)) : v.toExponential(2);

  // All numbers of an axis with the same digits.
  const ticks = (values) => {
    const step = values.length > 1 ? values[1] - values[0] : 1;
    const most = Math.max(...values.map(Math.abs));
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return values.map((v) => Math.abs(v) < step * 1e-6 ? "0" : most < 2e-3 || most >= 1e6 ? String(+v.toPrecision(3)) : v.toFixed(digits));
  };

  const colour = (host, name) => {
    const probe = host.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name})`;
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };

  const faded = (value) => value.replace(/^rgb\(([^)]*)\)$/, "rgba($1, .32)");

  // What is drawn: the spread's edges first, so that lines lie above them; stacked lines on each other.
  function columns(data) {
    const lines = data.l.filter((line) => line.s !== "band");
    const spread = data.l.find((line) => line.s === "band");
    const middle = data.l[spread?.of ?? 0].y;
    const edge = (sign) => spread.y.map((half, i) => half === null || middle[i] === null ? null : middle[i] + sign * half);
    let below = data.x.map(() => 0);
    const values = lines.map((line) => !data.stacked ? line.y : below = line.y.map((v, i) => (v ?? 0) + below[i]));
    return [data.x, ...(spread ? [edge(1), edge(-1)] : []), ...values];
  }

  class Chart {
    constructor(host) {
      this.host = host;
      host.chart = this;
      all.add(this);
      new ResizeObserver(() => {
        if (this.plot && host.clientWidth && host.clientWidth !== this.plot.width) this.plot.setSize(this.size());
      }).observe(host);
    }

    size() {
      return { width: Math.max(200, this.host.clientWidth), height: this.data.wide ? 300 : 220 };
    }

    show(data) {
      const shape = JSON.stringify([data.unit, data.stacked, data.l.map((line) => [line.n, line.s]), data.m]);
      const isSame = this.plot && shape === this.shape;
      this.data = data;
      this.shape = shape;
      if (isSame) this.plot.setData(columns(data), !this.isZoomed);
      else this.make();
    }

    make() {
      this.plot?.destroy();
      this.isZoomed = false;
      this.plot = new uPlot(this.options(), columns(this.data), this.host);
      // The lower edge of a spread has no line of its own in the legend.
      if (this.spread) this.plot.root.querySelectorAll(".u-series")[2].hidden = true;
    }

    options() {
      const { host, data } = this;
      const of = (name) => colour(host, name);
      const placed = data.l.map((line, place) => ({ ...line, place }));
      const lines = placed.filter((line) => line.s !== "band");
      const spread = this.spread = placed.find((line) => line.s === "band");
      const first = spread ? 3 : 1;
      const at = (values, i) => values[i ?? values.length - 1]; // the last number where nothing is pointed at
      const value = (line) => (u, v, series, i) => number(at(this.data.l[line.place].y, i)); // of now: options outlive numbers
      const points = { size: 5, fill: of("card") };
      const colours = [undefined, ...(spread ? [of("band"), of("band")] : []), ...lines.map((line) => of(line.s))];
      const axis = { stroke: of("soft"), font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", grid: { stroke: of("grid"), width: 1 }, ticks: { show: false } };
      return {
        ...this.size(),
        legend: { markers: { width: 2, stroke: (u, i) => colours[i], fill: (u, i) => colours[i] } },
        cursor: {
          sync: { key: "epochs", scales: ["x", null] },
          bind: { dblclick: (u, target, handler) => (event) => { this.isZoomed = false; handler(event); } },
        },
        scales: {
          x: { time: false, range: (u, least, most) => most > least ? [least, most] : [least - 0.5, least + 0.5] },
          y: data.stacked ? { range: (u, least, most) => uPlot.rangeNum(0, most || 1, 0.1, true) } : {},
        },
        axes: [
          { ...axis, label: "epoch", labelSize: 16, size: 26, incrs: [1, 2, 5].flatMap((n) => [1, 1e1, 1e2, 1e3, 1e4, 1e5].map((power) => n * power)).sort((a, b) => a - b) },
          { ...axis, label: data.unit, labelSize: 18, values: (u, values) => ticks(values), size: (u, values) => 14 + 7 * Math.max(2, ...(values ?? []).map((text) => text.length)) },
        ],
        series: [
          { label: "epoch", value: (u, v, series, i) => at(this.data.x, i) },
          ...(spread ? [{ label: spread.n, width: 0, points: { show: false }, value: value(spread) }, { width: 0, points: { show: false } }] : []),
          ...lines.map((line, i) => ({
            label: line.n,
            stroke: colours[first + i],
            width: line.s === "each" || data.stacked ? 1.25 : 2.25,
            dash: line.d,
            fill: data.stacked && i === 0 ? faded(colours[first]) : undefined,
            points,
            value: value(line),
          })),
        ],
        bands: [
          ...(spread ? [{ series: [1, 2], fill: colours[1] }] : []),
          ...(data.stacked ? lines.slice(1).map((line, i) => ({ series: [first + i + 1, first + i], fill: faded(colours[first + i + 1]) })) : []),
        ],
        hooks: {
          setSelect: [(u) => { this.isZoomed ||= u.select.width > 0; }],
          draw: [(u) => this.marks(u)],
        },
      };
    }

    // One below the other, on the side of its line that has more room.
    marks(u) {
      const { ctx, bbox } = u;
      (this.data.m ?? []).forEach((mark, i) => {
        const x = Math.round(u.valToPos(mark.x, "x", true));
        if (x < bbox.left || x > bbox.left + bbox.width) return;
        const unit = devicePixelRatio;
        const isLeft = x > bbox.left + bbox.width / 2;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = colour(this.host, mark.s);
        ctx.lineWidth = 1.5 * unit;
        ctx.setLineDash([5 * unit, 4 * unit]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.font = `${12 * unit}px system-ui, sans-serif`;
        ctx.textAlign = isLeft ? "right" : "left";
        ctx.fillText(mark.t, x + (isLeft ? -6 : 6) * unit, bbox.top + (14 + 18 * i) * unit);
        ctx.restore();
      });
    }
  }

  const again = () => all.forEach((chart) => chart.plot && chart.make());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  for (const [event, isPaper] of [["beforeprint", true], ["afterprint", false]]) {
    addEventListener(event, () => { document.documentElement.classList.toggle("paper", isPaper); again(); });
  }

  return (host, data) => (host.chart ?? new Chart(host)).show(data);
})();
