// Draws reward by epoch: the mean of what is trained on with its spread, and each reward by itself.

const [width, height, left, right, top, bottom] = [640, 280, 52, 14, 14, 28];

const element = (name, attributes, text) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};

// Round steps of 1, 2 or 5 that give about `count` lines.
function ticks(low, high, count) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
  const lines = [];
  for (let n = Math.ceil(low / step); n * step <= high + step * 1e-9; n++) lines.push(n * step);
  return { lines, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

export function drawCurve(figure, epochs, numEpochs) {
  const svg = figure.querySelector("svg");
  const names = Object.keys(epochs[0]?.parts ?? {});
  const shown = names.length > 1 ? names : names.filter((name) => epochs.some((epoch) => Math.abs(epoch.parts[name] - epoch.mean) > 1e-9));
  const values = epochs.flatMap((epoch) => [epoch.mean - epoch.std, epoch.mean + epoch.std, ...shown.map((name) => epoch.parts[name])]);
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const margin = (high - low) * 0.06 || 0.05;
  [low, high] = [low - margin, high + margin];

  const last = Math.max(numEpochs || 0, epochs.length, 2);
  const x = (index) => left + (index / (last - 1)) * (width - left - right);
  const y = (value) => top + ((high - value) / (high - low)) * (height - top - bottom);
  const points = (value) => epochs.map((epoch) => `${x(epoch.index).toFixed(1)},${y(value(epoch)).toFixed(1)}`);

  const drawn = [];
  const scale = ticks(low, high, 5);
  for (const value of scale.lines) {
    drawn.push(element("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }));
    drawn.push(element("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value.toFixed(scale.digits)));
  }

  for (const index of ticks(1, last, 8).lines.filter((line) => Number.isInteger(line) && line > 1)) {
    drawn.push(element("text", { x: x(index - 1), y: height - 8, "text-anchor": "middle" }, index));
  }

  drawn.push(element("text", { x: left - 6, y: height - 8, "text-anchor": "end" }, "epoch"));
  if (epochs.length > 1) {
    const band = [...points((epoch) => epoch.mean + epoch.std), ...points((epoch) => epoch.mean - epoch.std).reverse()];
    drawn.push(element("polygon", { class: "band", points: band.join(" ") }));
  }

  shown.slice(0, 2).forEach((name, i) =>
    drawn.push(element("polyline", { class: `part-${i}`, points: points((epoch) => epoch.parts[name]).join(" ") })));
  drawn.push(element("polyline", { class: "mean", points: points((epoch) => epoch.mean).join(" ") }));
  for (const epoch of epochs) {
    const point = element("circle", { class: "point", cx: x(epoch.index), cy: y(epoch.mean), r: epochs.length > 60 ? 1.6 : 3 });
    point.append(element("title", {}, `epoch ${epoch.index + 1}: ${epoch.mean.toFixed(3)} ± ${epoch.std.toFixed(3)}, ${epoch.seconds.toFixed(1)} s`));
    drawn.push(point);
  }

  svg.replaceChildren(...drawn);
  drawKey(figure.querySelector("figcaption"), epochs, shown);
}

function drawKey(caption, epochs, names) {
  const last = epochs.at(-1);
  if (!last) {
    caption.textContent = "The mean reward of each epoch's samples appears here, with their spread.";
    return;
  }

  const entry = (key, name, value) => {
    const [span, line, number] = ["span", "i", "b"].map((tag) => document.createElement(tag));
    line.className = key;
    number.textContent = value.toFixed(3);
    span.append(line, `${name} `, number);
    return span;
  };
  caption.replaceChildren(
    entry("", "reward", last.mean),
    ...names.slice(0, 2).map((name, i) => entry(`key-${i}`, name, last.parts[name])),
    [
      ...(last.kl === null ? [] : [`KL ${last.kl.toExponential(1)}`]),
      ...(last.clipFraction === null ? [] : [`clipped ${(100 * last.clipFraction).toFixed(0)} %`]),
      `${last.seconds.toFixed(1)} s an epoch`,
    ].join(", "));
}
