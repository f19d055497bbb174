// A clip's spectrogram: time from left to right, frequencies on the mel scale from the bottom to the top, brighter where it is louder.
import { get } from "./api.js";

// From the quietest to the loudest; the brightness rises evenly, in light pages and dark ones.
const stops = [[0, 0, 4], [81, 18, 124], [183, 55, 121], [252, 137, 97], [252, 253, 191]];

const palette = Array.from({ length: 256 }, (_, level) => {
  const place = (level / 255) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  return stops[i].map((from, channel) => from + (stops[i + 1][channel] - from) * (place - i));
});

async function draw(canvas, address) {
  const { columns, bands, hertz, levels } = await get(address);
  const bytes = Uint8Array.from(atob(levels), (character) => character.charCodeAt(0));
  [canvas.width, canvas.height] = [columns, bands];
  canvas.setAttribute("aria-label", `Spectrogram, 0 to ${hertz / 1000} kHz`);
  canvas.title = `0 to ${hertz / 1000} kHz`;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, bands);
  for (let x = 0; x < columns; x++) {
    for (let band = 0; band < bands; band++) image.data.set([...palette[bytes[x * bands + band]], 255], 4 * ((bands - 1 - band) * columns + x));
  }

  context.putImageData(image, 0, 0);
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    draw(target, target.dataset.address).catch(() => { target.hidden = true; }); // a clip that is forgotten by now
  }
});

// Draws it when it is scrolled to.
export function showSpectrogram(canvas, address) {
  canvas.dataset.address = address;
  seen.observe(canvas);
}
