"""A text in both languages of the product."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text in both languages."""

    zh: str
    en: str

    def text(self, locale: str) -> str:
        """Return the text in English for "en…", else in Chinese."""
        return self.en if locale.startswith("en") else self.zh
