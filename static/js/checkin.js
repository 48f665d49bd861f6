// The check-in desk: keeps the field ready, reads QR codes with the camera, and swaps
// the result in place so that the camera runs on. Without it the page works by forms.
"use strict";

(() => {
  const SAME_CODE_PAUSE = 4000; // ms before the same ticket is read again
  const COUNT_EVERY = 15000; // ms between two looks at the head-count
  const countUrl = document.currentScript.dataset.countUrl;
  const form = document.querySelector("[data-scan-form]");
  const field = form.elements.text;
  const message = document.querySelector("[data-scan-message]");
  const view = document.querySelector("[data-scan-view]");
  const video = document.querySelector("[data-scan-video]");
  const button = document.querySelector("[data-scan-camera]");

  const say = (text) => {
    message.textContent = text;
  };

  // Taking over what the server answered.

  const swap = (page, id) => {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh || !old) return false;
    old.replaceWith(document.adoptNode(fresh));
    return true;
  };

  const take = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const done = swap(page, "checkin-result");
    swap(page, "checkin-count");
    return done;
  };

  const send = async (sent) => {
    say("");
    let response;
    try {
      response = await fetch(sent.action, { method: "POST", body: new FormData(sent) });
    } catch {
      say(message.dataset.noNetwork);
      return;
    }
    // Anything but the desk itself (a refusal, a sign-in) is shown as a page.
    if (!response.ok || !take(await response.text())) {
      HTMLFormElement.prototype.submit.call(sent);
      return;
    }
    field.value = "";
    if (!document.querySelector("#checkin-result form")) field.focus();
    else document.querySelector("#checkin-result button").focus();
  };

  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (sent !== form && !sent.closest("#checkin-result")) return;
    event.preventDefault();
    send(sent);
  });

  // A hand scanner types wherever the cursor is: letters belong into the field.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (typing || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.matches("button, a, summary")) return;
    field.focus();
  });

  // The camera.

  let stream = null;
  let reader = null;
  let lastText = "";
  let lastAt = 0;
  const canvas = document.createElement("canvas");

  const makeReader = async () => {
    if ("BarcodeDetector" in window) {
      const formats = await BarcodeDetector.getSupportedFormats();
      if (formats.includes("qr_code")) {
        const detector = new BarcodeDetector({ formats: ["qr_code"] });
        return async () => (await detector.detect(video))[0]?.rawValue;
      }
    }
    return async () => {
      const scale = Math.min(1, 640 / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const picture = context.getImageData(0, 0, canvas.width, canvas.height);
      return jsQR(picture.data, picture.width, picture.height)?.data;
    };
  };

  const look = async () => {
    if (!stream) return;
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
      const text = await reader().catch(() => "");
      const again = text === lastText && Date.now() - lastAt < SAME_CODE_PAUSE;
      if (text && !again) {
        field.value = text;
        await send(form);
      }
      if (text) {
        lastText = text;
        lastAt = Date.now();
      }
    }
    setTimeout(look, 150);
  };

  const start = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
    } catch {
      say(message.dataset.noCamera);
      return;
    }
    video.srcObject = stream;
    view.hidden = false;
    await video.play();
    reader = await makeReader();
    look();
  };

  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    stream = null;
    view.hidden = true;
  };

  if (navigator.mediaDevices?.getUserMedia) {
    const off = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      say("");
      if (stream) stop();
      else await start();
      button.textContent = stream ? button.dataset.on : off;
      if (!stream) field.focus();
    });
  }

  // Other desks check in as well: the count follows.

  setInterval(async () => {
    if (document.hidden) return;
    const response = await fetch(countUrl).catch(() => null);
    if (response?.ok && !response.redirected) take(await response.text());
  }, COUNT_EVERY);
})();
