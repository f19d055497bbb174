// Draws reward by epoch: the mean of what is trained on with its spread, and each reward by itself.

const [width, height, left, right, top, bottom] = [640, 280, 52, 18, 14, 28];

const element = (name, attributes, text) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};

// Round steps of 1, 2 or 5 that give about `count` lines.
function stepOf(low, high, count) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * (1 - 1e-9));
}

function ticks(low, high, step) {
  const lines = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) lines.push(n * step);
  return lines;
}

// The first and the last epoch, and round ones that are not too near to them to be read.
function epochTicks(last) {
  const step = Math.max(1, stepOf(1, last, 8));
  const apart = (last - 1) * 0.05;
  return last === 1 ? [1] : [1, ...ticks(1, last, step).filter((n) => n - 1 > apart && last - n > apart), last];
}

const present = (value) => value !== null && value !== undefined;

export function drawCurve(figure, all, numEpochs) {
  const [svg, caption] = ["svg", "figcaption"].map((name) => figure.querySelector(name));
  const epochs = all.filter((epoch) => present(epoch?.mean)); // all of an epoch's samples may have been dropped
  if (!epochs.length) {
    svg.replaceChildren(element("text", { class: "empty", x: width / 2, y: height / 2, "text-anchor": "middle" }, "The reward of each epoch appears here."));
    caption.replaceChildren();
    return;
  }

  const names = Object.keys(epochs[0].parts);
  const shown = names.length > 1 ? names : names.filter((name) => epochs.some((epoch) => Math.abs(epoch.parts[name] - epoch.mean) > 1e-9));
  const parts = shown.slice(0, 2);
  const values = epochs.flatMap((epoch) => [epoch.mean - epoch.std, epoch.mean + epoch.std, ...parts.map((name) => epoch.parts[name])]).filter(present);
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (high - low < 1e-9) [low, high] = [low - 0.05, high + 0.05];
  const step = stepOf(low, high, 5);
  [low, high] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step]; // no curve leaves the grid

  const last = Math.max(numEpochs || 0, epochs.at(-1).index + 1);
  const x = (index) => left + (last === 1 ? 0.5 : index / (last - 1)) * (width - left - right);
  const y = (value) => top + ((high - value) / (high - low)) * (height - top - bottom);
  const points = (value) => epochs.filter((epoch) => present(value(epoch))).map((epoch) => `${x(epoch.index).toFixed(1)},${y(value(epoch)).toFixed(1)}`);

  // What comes later lies above what came before.
  const drawn = [];
  if (epochs.length > 1) {
    const band = [...points((epoch) => epoch.mean + epoch.std), ...points((epoch) => epoch.mean - epoch.std).reverse()];
    drawn.push(element("polygon", { class: "band", points: band.join(" ") }));
  }

  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  for (const value of ticks(low, high, step)) {
    drawn.push(element("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }));
    drawn.push(element("text", { class: "value-tick", x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value.toFixed(digits)));
  }

  drawn.push(element("text", { x: left - 10, y: height - 8, "text-anchor": "end" }, "epoch"));
  for (const epoch of epochTicks(last)) {
    drawn.push(element("text", { class: "epoch-tick", x: x(epoch - 1), y: height - 8, "text-anchor": "middle" }, epoch));
  }

  parts.forEach((name, i) =>
    drawn.push(element("polyline", { class: `part-${i}`, points: points((epoch) => epoch.parts[name]).join(" ") })));
  drawn.push(element("polyline", { class: "mean", points: points((epoch) => epoch.mean).join(" ") }));
  for (const epoch of epochs) {
    const point = element("circle", { class: "point", cx: x(epoch.index), cy: y(epoch.mean), r: epochs.length > 60 ? 1.6 : 3 });
    point.append(element("title", {}, `epoch ${epoch.index + 1}: ${epoch.mean.toFixed(3)} ± ${epoch.std.toFixed(3)}, ${epoch.seconds.toFixed(1)} s`));
    drawn.push(point);
  }

  svg.replaceChildren(...drawn);
  drawKey(caption, epochs.at(-1), parts);
}

function drawKey(caption, last, names) {
  const entry = (key, name, value) => {
    const [span, line, text, number] = ["span", "i", "bdi", "b"].map((tag) => document.createElement(tag));
    line.className = key;
    text.textContent = name;
    number.textContent = present(value) ? value.toFixed(3) : "–";
    span.append(line, text, " ", number);
    return span;
  };
  caption.replaceChildren(
    entry("", "reward", last.mean),
    ...names.map((name, i) => entry(`key-${i}`, name, last.parts[name])),
    [
      ...(present(last.kl) ? [`KL ${last.kl.toExponential(1)}`] : []),
      ...(present(last.clipFraction) ? [`clipped ${(100 * last.clipFraction).toFixed(0)} %`] : []),
      `${last.seconds.toFixed(1)} s an epoch`,
    ].join(", "));
}
