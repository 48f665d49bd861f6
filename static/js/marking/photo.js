// A photo from the camera, made small and drawn anew: what hides in the file (place, time,
// camera) does not come along.

import { sha256 } from "./sha256.js";

const LONGEST = 1600; // px: a crack in a weld is still to be seen
const QUALITY = 0.85;
const TYPE = "image/jpeg";

// Returns { type, bytes, sha256 }; throws where the file is no picture.
export async function readPhoto(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => {
    canvas.toBlob(resolve, TYPE, QUALITY);
  });
  if (!blob) throw new TypeError("The picture cannot be drawn.");
  // Bytes, not a blob: some browsers lose blobs that are kept in a database.
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { type: TYPE, bytes, sha256: sha256(bytes) };
}
