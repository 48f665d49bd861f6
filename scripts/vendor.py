"""Copy the built files of the browser packages to where the pages ask for them.

Run after `npm ci`. Copies only what changed, so that a second run costs nothing.
"""

import filecmp
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
_NOTO = "@expo-google-fonts/noto-sans-sc"

# Where a file is in its package: where it goes below static/vendor.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "idb/build/umd.js": "idb/idb.js",
    "idb/LICENSE": "idb/LICENSE",
    "jsqr/dist/jsQR.js": "jsqr/jsQR.js",
    "jsqr/LICENSE": "jsqr/LICENSE",
    "@noble/ed25519/index.js": "noble/ed25519.js",
    "@noble/ed25519/LICENSE": "noble/LICENSE",
    "@noble/hashes/sha2.js": "noble/hashes/sha2.js",
    "@noble/hashes/_md.js": "noble/hashes/_md.js",
    "@noble/hashes/_u64.js": "noble/hashes/_u64.js",
    "@noble/hashes/utils.js": "noble/hashes/utils.js",
    "@noble/hashes/LICENSE": "noble/hashes/LICENSE",
    "qrcode-generator/dist/qrcode.mjs": "qrcode/qrcode.mjs",
    f"{_NOTO}/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    f"{_NOTO}/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    f"{_NOTO}/LICENSE_FONT": "fonts/LICENSE",
}


def is_same(source: Path, target: Path) -> bool:
    """Whether the target is there and has the content of the source."""
    return target.is_file() and filecmp.cmp(source, target, shallow=False)


def main() -> int:
    missing = [name for name in FILES if not (PACKAGES / name).is_file()]
    if missing:
        print("Not installed (run `npm ci`):", *missing, sep="\n  ", file=sys.stderr)
        return 1
    for name, place in FILES.items():
        source, target = PACKAGES / name, VENDOR / place
        if not is_same(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
