"use strict";
// Numbers under the pointer.
for (const chart of document.querySelectorAll(".chart")) {
  const data = JSON.parse(chart.querySelector("script").textContent);
  const plot = chart.querySelector(".plot");
  const first = data.x[0], last = data.x[data.x.length - 1];
  let cursor, tip;
  const text = v => v === null ? "–" : Math.abs(v) >= 1e-3 || v === 0 ? String(+v.toPrecision(4)) : v.toExponential(2);
  const show = event => {
    const box = plot.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const epoch = first + part * (last - first);
    let i = 0;
    while (i + 1 < data.x.length && Math.abs(data.x[i + 1] - epoch) <= Math.abs(data.x[i] - epoch)) i++;
    if (!tip) {
      cursor = plot.appendChild(document.createElement("div"));
      cursor.className = "cursor";
      tip = plot.appendChild(document.createElement("div"));
      tip.className = "tip";
    }
    const place = last > first ? (data.x[i] - first) / (last - first) : 0.5;
    cursor.style.left = 100 * place + "%";
    tip.style.left = place < 0.5 ? `calc(${100 * place}% + 8px)` : "auto";
    tip.style.right = place < 0.5 ? "auto" : `calc(${100 - 100 * place}% + 8px)`;
    tip.replaceChildren();
    tip.appendChild(document.createElement("b")).textContent = "epoch " + data.x[i];
    for (const line of data.l) {
      tip.appendChild(document.createElement("div")).textContent = (line.n.startsWith("±") ? "" : line.n + ": ") + (line.n.startsWith("±") ? "± " : "") + text(line.y[i]);
    }
  };
  const hide = () => { if (tip) { tip.remove(); cursor.remove(); tip = cursor = undefined; } };
  plot.addEventListener("pointermove", show);
  plot.addEventListener("pointerdown", show);
  plot.addEventListener("pointerleave", hide);
}

// A clip is played by a click on its picture, one at a time.
let current, queue = [];
const play = clip => {
  if (current && current !== clip) current.pause();
  current = clip;
  clip.currentTime = 0;
  clip.play().catch(() => { queue = []; });
};
for (const wave of document.querySelectorAll(".wave")) {
  const audio = wave.parentElement.querySelector("audio");
  const head = wave.appendChild(document.createElement("i"));
  const button = wave.appendChild(document.createElement("button"));
  const name = audio.getAttribute("aria-label");
  button.type = "button";
  button.setAttribute("aria-label", "Play: " + name);
  button.addEventListener("click", () => { queue = []; audio.paused ? play(audio) : audio.pause(); });
  audio.hidden = true;
  const move = () => {
    if (audio.paused) return;
    head.style.width = 100 * audio.currentTime / (audio.duration || 1) + "%";
    requestAnimationFrame(move);
  };
  audio.addEventListener("play", () => { wave.classList.add("playing"); button.setAttribute("aria-label", "Stop: " + name); move(); });
  audio.addEventListener("pause", () => { wave.classList.remove("playing"); button.setAttribute("aria-label", "Play: " + name); });
  audio.addEventListener("ended", () => { if (queue.length) play(queue.shift()); });
}
for (const prompt of document.querySelectorAll(".prompt")) {
  const clips = [...prompt.querySelectorAll("audio")];
  if (clips.length < 2) continue;
  const button = prompt.querySelector("h3").appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "turn";
  button.textContent = "first, then last";
  button.addEventListener("click", () => { queue = [clips[clips.length - 1]]; play(clips[0]); });
}
