// The tablet's camera as a reader of QR codes.

const LOOK_EVERY = 150; // ms
const WIDEST = 640; // px: enough for a code held before the tablet, quick on an old one
const PAUSE = 3000; // ms before the same code is told again

export class Camera {
  // onText(text) is called for each code read; script: where jsQR lies.
  constructor(video, script, onText) {
    Object.assign(this, { video, script, onText, stream: null, last: "", lastAt: 0 });
  }

  static get isThere() {
    return Boolean(navigator.mediaDevices?.getUserMedia);
  }

  // Throws what getUserMedia throws: refused, missing, or in use elsewhere.
  async start() {
    this.isWanted = true;
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
    if (!this.isWanted) {
      stopAll(stream);
      return;
    }
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play();
    this.read = await this.makeReader();
    this.look();
  }

  stop() {
    this.isWanted = false;
    clearTimeout(this.timer);
    if (this.stream) stopAll(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  async makeReader() {
    if ("BarcodeDetector" in globalThis) {
      const formats = await BarcodeDetector.getSupportedFormats();
      if (formats.includes("qr_code")) {
        const detector = new BarcodeDetector({ formats: ["qr_code"] });
        return async () => (await detector.detect(this.video))[0]?.rawValue;
      }
    }
    await load(this.script);
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const { videoWidth, videoHeight } = this.video;
      const scale = Math.min(1, WIDEST / videoWidth);
      canvas.width = Math.round(videoWidth * scale);
      canvas.height = Math.round(videoHeight * scale);
      context.drawImage(this.video, 0, 0, canvas.width, canvas.height);
      const picture = context.getImageData(0, 0, canvas.width, canvas.height);
      return globalThis.jsQR(picture.data, picture.width, picture.height)?.data;
    };
  }

  async look() {
    if (!this.stream) return;
    if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
      const text = await this.read().catch(() => "");
      const isAgain = text === this.last && Date.now() - this.lastAt < PAUSE;
      if (text && this.stream) {
        Object.assign(this, { last: text, lastAt: Date.now() });
        if (!isAgain) this.onText(text);
      }
    }
    this.timer = setTimeout(() => this.look(), LOOK_EVERY);
  }
}

function stopAll(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function load(url) {
  if (globalThis.jsQR) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}
