// The desk that takes carried marks: reads the codes on a tablet's screen with the camera, in any
// order, and says which are missing. What it reads goes into the field below, line by line, where
// a hand scanner may type as well; the server checks all of it.

const box = document.getElementById("scan");
const field = document.getElementById("frames");
const button = document.getElementById("camera");
const video = document.getElementById("view");
const progress = document.getElementById("progress");
const canvas = document.createElement("canvas");
const FRAME = /^JCC1:([0-9A-F]{8}):([0-9]{1,3}):([0-9]{1,3}):.+:[0-9A-F]{8}$/;
const EVERY = 80; // ms between two looks
const WIDEST = 960; // px of the picture that is searched

let stream = null;

const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

function framesRead() {
  return field.value
    .split("\n")
    .map((line) => FRAME.exec(line))
    .filter(Boolean);
}

// One line per code, whichever way it came.
export function take(text) {
  const found = FRAME.exec(text);
  if (!found) return false;
  const known = framesRead();
  if (known.length && known[0][1] !== found[1]) {
    progress.textContent = box.dataset.other;
    return false;
  }
  if (!known.some((frame) => frame[2] === found[2])) {
    field.value = `${field.value.replace(/\n*$/, field.value ? "\n" : "")}${text}\n`;
  }
  show();
  return true;
}

function show() {
  const frames = framesRead();
  if (!frames.length) {
    progress.textContent = "";
    return;
  }
  const all = Number(frames[0][3]);
  const done = new Set(frames.map((frame) => Number(frame[2])));
  const missing = Array.from({ length: all }, (_none, at) => at + 1).filter((n) => !done.has(n));
  const words = [say(box.dataset.progress, { done: done.size, all })];
  if (!missing.length) words.push(box.dataset.complete);
  else if (done.size > all / 2) {
    words.push(say(box.dataset.missing, { frames: missing.slice(0, 12).join(", ") }));
  }
  progress.textContent = words.join(" · ");
  if (!missing.length && stream) stop();
}

function look() {
  if (!stream) return;
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const found = globalThis.jsQR(picture.data, picture.width, picture.height);
    if (found) take(found.data);
  }
  setTimeout(look, EVERY);
}

async function start() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
  } catch {
    progress.textContent = box.dataset.noCamera;
    return;
  }
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  look();
}

function stop() {
  for (const track of stream.getTracks()) track.stop();
  stream = null;
  video.hidden = true;
}

if (navigator.mediaDevices?.getUserMedia) {
  button.hidden = false;
  button.addEventListener("click", () => (stream ? stop() : start()));
}
field.addEventListener("input", show);
show();
