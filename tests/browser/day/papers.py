"""Certificates: designed, issued, printed, and checked without a network."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.day.device import Day, follow, press
from tests.factories.accounts import PASSWORD
from tests.papers import page_texts, pictures, read_qr


def seal() -> bytes:
    """Return a drawn seal of nobody's, on a transparent ground."""
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    red = (190, 30, 35, 230)
    draw.ellipse((8, 8, 392, 392), outline=red, width=14)
    corners = [(200, 120), (218, 176), (277, 176), (229, 211), (247, 267)]
    corners += [(200, 233), (153, 267), (171, 211), (123, 176), (182, 176)]
    draw.polygon(corners, fill=red)
    return _png(image)


def hand() -> bytes:
    """Return a drawn signature of nobody's."""
    image = Image.new("RGBA", (600, 260), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    points = [(40, 160), (120, 60), (150, 210), (230, 90), (300, 190), (560, 120)]
    draw.line(points, fill=(25, 22, 20, 255), width=12, joint="curve")
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def design(day: Day) -> None:
    """The committee puts in a seal and asks for a signature; its owner gives it."""
    page = day.at("committee", day.here("certificates"))
    follow(page, page.locator('a[href*="/competitions/"][href$="/certificates"]').first)
    picture: Any = {"name": "印章.png", "mimeType": "image/png", "buffer": seal()}
    page.set_input_files("#seal", picture)
    page.check("#is_bilingual")
    follow(page, page.locator('form[enctype] button[type="submit"]'))
    page.fill("#username", "publisher")
    page.fill("#post", "竞赛组委会主任")
    press(page, "/certificates/signers")
    page = day.at("publisher", "/my-signature", check=True)
    picture = {"name": "签名.png", "mimeType": "image/png", "buffer": hand()}
    page.set_input_files('input[type="file"]', picture)
    page.fill('input[type="password"]', PASSWORD)
    follow(page, page.locator("form[enctype] button[type=submit]"))


def issue(day: Day, count: int) -> Page:
    """Issue what is missing; so many are new."""
    page = day.at("committee", day.here("certificates"))
    press(page, "/certificates/issue")
    expect(page.locator(".notice--success").first).to_contain_text(str(count))
    return page


def code_on(pdf: bytes, name: str) -> tuple[Image.Image, str]:
    """Return the QR code on somebody's certificate as a photo, and what it says."""
    at = next(n for n, text in enumerate(page_texts(pdf)) if name in text)
    found = next(p for p in pictures(pdf, at) if p.width == p.height < 200)
    photo = found.convert("L").resize([side * 6 for side in found.size], 0)
    return photo, read_qr(found)


@dataclass
class Checker:
    """The checking page as somebody keeps it, opened without a network."""

    page: Page
    asked: list[str]
    errors: list[str]

    def verdict(self) -> Locator:
        return self.page.locator("#verdict")

    def show(self, photo: Image.Image) -> None:
        out = io.BytesIO()
        photo.save(out, "PNG")
        file: Any = {"name": "照片.png", "mimeType": "image/png"}
        file["buffer"] = out.getvalue()
        self.page.set_input_files("#picture", file)

    def type(self, text: str) -> None:
        self.page.fill("#code", text)
        self.page.click("#form button")


def open_checker(day: Day, browser: Browser) -> Checker:
    """Save the checking page from the public's phone, and open the file offline."""
    page = day.at("public", "/certificates", check=True)
    link = page.locator('a[href*="/certificates/checker"]').first
    saved = page.request.get(f"{link.get_attribute('href')}?download=1")
    path = day.folder / "certificate-checker.html"
    path.write_bytes(saved.body())
    context = browser.new_context(offline=True, locale="zh-CN")
    asked: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    page.goto(path.as_uri())
    return Checker(page, asked, errors)


def forge(text: str) -> list[str]:
    """Return codes nobody issued: here and there another character."""
    address, _hash, code = text.partition("#")
    prefix, payload, signature = code.split(".")
    step = len(payload) // 6
    codes = [f"{_turn(payload, at)}.{signature}" for at in range(8, step * 6, step)]
    codes.append(f"{payload}.{_turn(signature, 40)}")
    return [f"{address}#{prefix}.{code}" for code in codes]


def _turn(text: str, at: int) -> str:
    other = "B" if text[at] == "A" else "A"
    return text[:at] + other + text[at + 1 :]
