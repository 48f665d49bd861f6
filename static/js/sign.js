// A field to sign in by hand. Strokes are kept as whole numbers in a frame of 1200 × 400, whatever the
// size of the field on the screen, and go into a hidden field of the form as JSON.

const WIDTH = 1200;
const HEIGHT = 400;
const NEAR = 6; // units: closer points are left out
const MOST_POINTS = 6000;

for (const pad of document.querySelectorAll("[data-sign-pad]")) {
  const canvas = pad.querySelector("canvas");
  const state = pad.querySelector(".sign-pad__state");
  const input = document.getElementById(pad.dataset.signPad);
  const pen = canvas.getContext("2d");
  const strokes = [];
  let drawing = false;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * WIDTH);
    const y = Math.round(((event.clientY - box.top) / box.height) * HEIGHT);
    return [Math.min(Math.max(x, 0), WIDTH), Math.min(Math.max(y, 0), HEIGHT)];
  };

  const show = () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke) {
        pen.lineTo(...point);
      }
      pen.stroke();
    }
    input.value = strokes.length ? JSON.stringify(strokes) : "";
    state.textContent = strokes.length ? state.dataset.written : state.dataset.empty;
  };

  const count = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || count() >= MOST_POINTS) {
      return;
    }
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    strokes.push([place(event)]);
    show();
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!drawing || count() >= MOST_POINTS) {
      return;
    }
    const stroke = strokes[strokes.length - 1];
    const [x, y] = place(event);
    const [fromX, fromY] = stroke[stroke.length - 1];
    if (Math.hypot(x - fromX, y - fromY) >= NEAR) {
      stroke.push([x, y]);
      show();
    }
  });

  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      drawing = false;
    });
  }

  pad.querySelector("button").addEventListener("click", () => {
    strokes.length = 0;
    show();
  });

  pen.lineWidth = 8;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.strokeStyle = "#1d1a17";
  pad.hidden = false;
  try {
    strokes.push(...JSON.parse(input.value || "[]")); // after a wrong password
  } catch {
    strokes.length = 0;
  }
  show();
}
