// A clip in the list: its prompt, what it looks like, its player, and what is known of it.
import { showSpectrogram } from "./spectrogram.js";

const bdi = (text) => Object.assign(document.createElement("bdi"), { textContent: text });

// Bars of the clip's peaks; those that were played stand out, and a click plays from there.
function drawWave(wave, audio, peaks) {
  const bars = peaks.map((peak) => {
    const bar = document.createElement("i");
    bar.style.height = `${Math.max(4, peak)}%`;
    return bar;
  });
  wave.replaceChildren(...bars);
  const show = () => {
    const played = audio.duration ? (audio.currentTime / audio.duration) * bars.length : 0;
    bars.forEach((bar, i) => bar.classList.toggle("played", i < played));
  };
  for (const event of ["timeupdate", "seeked", "ended"]) audio.addEventListener(event, show);
  wave.onclick = (event) => {
    if (!audio.duration) return;
    const box = wave.getBoundingClientRect();
    audio.currentTime = Math.min(0.999, Math.max(0, (event.clientX - box.left) / box.width)) * audio.duration;
    audio.play();
  };
}

// A long prompt is folded until it is asked for.
function fold(prompt, button) {
  const show = (isOpen) => {
    prompt.classList.toggle("folded", !isOpen);
    button.textContent = isOpen ? "Less" : "More";
    button.setAttribute("aria-expanded", isOpen);
  };
  show(false);
  button.hidden = prompt.scrollHeight <= prompt.clientHeight + 1;
  button.onclick = () => show(prompt.classList.contains("folded"));
}

// Clips of one prompt from the same noise lie side by side: the adapter is what is different.
function place(list, item, isNew) {
  const beside = [...list.children].filter((other) => other.dataset.noise === item.dataset.noise);
  const all = isNew ? [...beside, item] : [item, ...beside];
  if (isNew) list.prepend(...all);
  else if (beside.length) beside[0].before(item);
  else list.append(item);
  all.forEach((one, i) => {
    one.classList.toggle("beside", all.length > 1);
    one.classList.toggle("starts", i === 0);
  });
}

export function showClip(list, template, clip, isNew, useAgain) {
  const item = template.content.firstElementChild.cloneNode(true);
  const find = (selector) => item.querySelector(selector);
  item.dataset.id = clip.id;
  item.dataset.noise = JSON.stringify([clip.prompt, clip.seed, clip.steps, clip.seconds, clip.guidance]);
  find(".clip-prompt").textContent = clip.prompt;
  find("audio").src = clip.audio;
  drawWave(find(".wave"), find("audio"), clip.peaks);
  const facts = find(".clip-facts");
  if (clip.scores) {
    const scores = document.createElement("b");
    const { clap, emotion, emotionValue } = clip.scores;
    scores.textContent = `CLAP ${clap.toFixed(2)}${emotion ? ` · sounds ${emotion} (${emotionValue.toFixed(2)})` : ""}`;
    facts.append(scores);
  }

  const strength = clip.adapter && clip.strength !== 1 ? ` × ${clip.strength}` : "";
  const numbers = [`seed ${clip.seed}`, `${clip.steps} step${clip.steps === 1 ? "" : "s"}`, `${clip.seconds} s`, `guidance ${clip.guidance}`];
  facts.append(clip.adapter ? bdi(clip.adapter) : "no adapter", `${strength} · ${numbers.join(" · ")}`);
  find(".again").onclick = () => useAgain(clip);
  place(list, item, isNew);
  showSpectrogram(find(".spectrogram"), clip.spectrogram);
  fold(find(".clip-prompt"), find(".fold")); // in the page, where it has a height
}
