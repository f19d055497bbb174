// The reward of each epoch, drawn as in a run's report: the mean of what is trained on with its spread, and each reward by itself.

const present = (value) => value !== null && value !== undefined;

export function drawCurve(figure, all) {
  const [plot, empty, caption] = [".plot", ".empty", "figcaption"].map((name) => figure.querySelector(name));
  const epochs = all.filter((epoch) => present(epoch?.mean)); // all of an epoch's samples may have been dropped
  [plot.hidden, empty.hidden] = [!epochs.length, epochs.length > 0];
  caption.textContent = epochs.length ? textOf(epochs.at(-1)) : "";
  if (!epochs.length) return;

  const names = Object.keys(epochs[0].parts);
  const shown = names.length > 1 ? names : names.filter((name) => epochs.some((epoch) => Math.abs(epoch.parts[name] - epoch.mean) > 1e-9));
  const parts = shown.slice(0, 2).map((name, i) => ({ n: name, y: epochs.map((epoch) => epoch.parts[name] ?? null), s: `part-${i}`, d: i ? [2, 3] : [5, 3] }));
  const mean = { n: "reward", y: epochs.map((epoch) => epoch.mean), s: "accent" };
  const spread = { n: "± standard deviation", y: epochs.map((epoch) => epoch.std), s: "band", of: parts.length };
  drawChart(plot, { x: epochs.map((epoch) => epoch.index + 1), unit: "reward", l: [...parts, mean, spread] });
}

const textOf = (epoch) => [
  `reward ${epoch.mean.toFixed(3)} ± ${epoch.std.toFixed(3)}`,
  ...(present(epoch.kl) ? [`KL ${epoch.kl.toExponential(1)}`] : []),
  ...(present(epoch.clipFraction) ? [`clipped ${(100 * epoch.clipFraction).toFixed(0)} %`] : []),
  `${epoch.seconds.toFixed(1)} s an epoch`,
].join(", ");
