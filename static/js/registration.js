// Comforts of the registration form; the server checks everything again, and the form
// works without this file.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  watchIdNumber(document.getElementById("id-facts"));
  for (const form of document.querySelectorAll("form[data-upload]")) prepareUpload(form);
});

// Says at once whether an ID number can be right, and what it says.
function watchIdNumber(facts) {
  const field = facts && document.getElementById(facts.dataset.idField);
  if (!field) return;
  const show = () => {
    const number = field.value.replace(/\s/g, "").toUpperCase();
    const found = readIdNumber(number);
    facts.classList.toggle("is-wrong", Boolean(found.fault));
    facts.textContent = found.fault ? facts.dataset[found.fault] : describe(found, facts.dataset);
  };
  // While somebody types a number it is not wrong yet, only short.
  field.addEventListener("input", () => {
    if (field.value.replace(/\s/g, "").length >= 18) show();
    else facts.textContent = "";
  });
  field.addEventListener("change", () => {
    if (field.value) show();
  });
  // What the server has found wrong already stands above the field.
  const isRefused = field.getAttribute("aria-invalid") === "true";
  if (!isRefused && field.value.replace(/\s/g, "").length >= 18) show();
}

function readIdNumber(number) {
  if (!/^\d{17}[\dX]$/.test(number)) return { fault: "length" };
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  const day = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) {
    return { fault: "date" };
  }
  if ("10X98765432"[sum % 11] !== number[17]) return { fault: "check" };
  return { day, isMale: Number(number[16]) % 2 === 1 };
}

function describe(found, words) {
  return `${words.born.replace("{day}", found.day)} · ${found.isMale ? words.male : words.female}`;
}

// Shows what was chosen, and makes large camera pictures small enough for a bad network.
function prepareUpload(form) {
  const preview = form.querySelector(".paper__preview");
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", async () => {
      const file = input.files[0];
      for (const other of form.querySelectorAll("input[type=file]")) {
        if (other !== input) other.value = "";
      }
      if (preview.src) URL.revokeObjectURL(preview.src);
      preview.hidden = !file || !file.type.startsWith("image/");
      if (preview.hidden) return;
      preview.src = URL.createObjectURL(file);
      const small = await shrink(file, 2000);
      if (!small || small.size >= file.size || input.files[0] !== file) return;
      const transfer = new DataTransfer();
      transfer.items.add(
        new File([small], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }),
      );
      input.files = transfer.files;
    });
  }
}

async function shrink(file, longest) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 1500000) return null;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
  } catch {
    return null; // The server takes the picture as it is, or says why not.
  }
}
