"""Bytes of a text file to text, or the reason why not."""

import codecs

from errors import DomainError

_FOREIGN = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class EncodingError(DomainError):
    """The file is not UTF-8; `line` is where that shows."""

    status = 422

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def decode_text(data: bytes) -> str:
    """Return the text of a UTF-8 file, without its byte order mark.

    Raises:
        EncodingError: the file is in another encoding, such as GBK or UTF-16.
    """
    for mark, name in _FOREIGN.items():
        if data.startswith(mark):
            raise EncodingError(1, f"The file is {name}: save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(
            line, "This is not UTF-8 (GBK, perhaps?): save the file as UTF-8."
        ) from error
