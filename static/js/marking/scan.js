// The next work by its code: with the camera, a hand scanner, or typed.

import { Camera } from "./camera.js";
import { readCode } from "./codes.js";
import { at, element, say } from "./dom.js";
import { signal, speak } from "./speak.js";

const MOST_OFFERS = 6;

export class Scan {
  // hands: { sheet(), go(work), hasSound() }
  constructor(texts, hands) {
    Object.assign(this, { texts, hands });
    const { src } = at("scan").dataset;
    this.camera = new Camera(at("scan-video"), src, (text) => this.take(text));
    at("scan-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(at("scan-text").value);
    });
    at("scan-text").addEventListener("input", () => this.offer());
    at("scan-camera").addEventListener("click", () => this.toggle());
    at("scan").addEventListener("close", () => this.stop());
    at("scan-camera").hidden = !Camera.isThere;
  }

  async open() {
    at("scan-text").value = "";
    this.tell("");
    this.offer();
    at("scan").showModal();
    if (Camera.isThere) await this.start();
    else this.tell(this.texts.noCameraHere);
  }

  async toggle() {
    if (this.camera.stream) this.stop();
    else await this.start();
  }

  async start() {
    this.tell(this.texts.cameraStarts, "wait");
    try {
      await this.camera.start();
      if (at("scan").open) this.tell(this.texts.holdBefore, "wait");
    } catch (error) {
      this.stop();
      const isDenied = error.name === "NotAllowedError" || error.name === "SecurityError";
      this.tell(isDenied ? this.texts.cameraDenied : this.texts.cameraMissing);
      at("scan-text").focus();
    }
    this.showCamera();
  }

  stop() {
    this.camera.stop();
    this.showCamera();
  }

  showCamera() {
    const isOn = this.camera.stream !== null;
    at("scan-view").hidden = !isOn;
    at("scan-camera").textContent = isOn ? this.texts.cameraOff : this.texts.cameraOn;
  }

  // Works that the typed letters may mean: a wrong work must never open by itself.
  offer() {
    const typed = at("scan-text").value.normalize("NFKC").trim().toLowerCase();
    const works = this.hands.sheet().works.map((code, work) => [code, work]);
    const found = typed
      ? works.filter(([code]) => code.toLowerCase().includes(typed)).slice(0, MOST_OFFERS)
      : [];
    at("scan-offers").replaceChildren(
      ...found.map(([code, work]) =>
        element(
          "button",
          {
            type: "button",
            class: "btn btn-outline-primary",
            onclick: () => this.arrive({ work }),
          },
          code,
        ),
      ),
    );
  }

  take(text) {
    const found = readCode(text, this.hands.sheet());
    if (found.problem) this.refuse(found);
    else this.arrive(found);
  }

  refuse({ problem, code = "" }) {
    signal(false, this.hands.hasSound());
    if (!at("scan").open) {
      at("scan").showModal();
      this.offer();
    }
    this.tell(say(this.texts.scanProblems[problem], { code }));
    at("scan-text").select();
  }

  arrive({ work, seat }) {
    signal(true, this.hands.hasSound());
    at("scan").close();
    const code = this.hands.sheet().works[work];
    const warning = seat ? say(this.texts.otherSeat, { seat }) : "";
    this.hands.go(work, warning);
    speak([say(this.texts.workOpen, { work: code }), warning].filter(Boolean).join(" "));
  }

  tell(text, kind = "problem") {
    at("scan-tell").textContent = text;
    at("scan-tell").hidden = !text;
    at("scan-tell").className = `notice notice--${kind === "wait" ? "info" : "warning"}`;
  }
}
