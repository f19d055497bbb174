"use strict";
for (const data of document.querySelectorAll(".chart > script")) drawChart(data.parentElement.querySelector(".plot"), JSON.parse(data.textContent));

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
