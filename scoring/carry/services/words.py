"""What is wrong with a carried file, in words that say what to do."""

from collections.abc import Iterable

from flask_babel import gettext as _

from errors import FileFaultsError
from scoring.carry.rules.faults import Fault


class CarryFaultsError(FileFaultsError):
    """The file or the frames cannot be taken; `faults` says everything at once."""


def tell(fault: Fault) -> str:
    """Return one fault as a sentence."""
    return _texts()[fault.code] % dict(fault.params)


def refuse(faults: Iterable[Fault]) -> CarryFaultsError:
    """Return the refusal of a file, in words."""
    return CarryFaultsError([tell(fault) for fault in faults])


def _texts() -> dict[str, str]:
    return _texts_of_files() | _texts_of_contents() | _texts_of_frames()


def _texts_of_files() -> dict[str, str]:
    return {
        "not_ours": _("This is no file of carried marks."),
        "later": _(
            "The file is of a later format. Update this installation, or key the "
            "marks in from paper."
        ),
        "too_large": _("The file is larger than %(most)s MB."),
        "cut_short": _(
            "The file is cut short: it ends after %(bytes)s bytes. Copy it again."
        ),
        "cut_short_of": _(
            "The file is cut short: %(bytes)s of %(whole)s bytes. Copy it again."
        ),
        "too_long": _(
            "Something was added to the file: %(bytes)s bytes instead of "
            "%(whole)s. Copy it again."
        ),
        "header": _("The head of the file is damaged: %(field)s."),
        "other_event": _(
            "The file is of another event. Open the desk of that event and bring "
            "it in there."
        ),
        "other_key": _(
            "The file was sealed for another installation, or for another event: "
            "it cannot be opened here."
        ),
        "no_seat": _("The judge of this file has no seat at this event."),
        "other_seat": _(
            "The file says seat %(said)s, and the judge sits on seat %(found)s."
        ),
        "seal": _(
            "The seal is broken: the file was changed or damaged after it left the "
            "tablet. Nothing of it is taken. Export again on the tablet."
        ),
    }


def _texts_of_contents() -> dict[str, str]:
    return {
        "digest": _(
            "The content is not what the head of the file promises. Export again on "
            "the tablet."
        ),
        "content": _("The content cannot be read. Export again on the tablet."),
        "count": _(
            "The file promises %(said)s marks and holds %(found)s. Export again on "
            "the tablet."
        ),
        "empty": _("There is no mark and no photo in the file."),
        "many": _("The file holds more than %(most)s marks."),
        "foreign_mark": _("Mark %(number)s of the file is of another event."),
        "photo": _("Photo %(number)s of the file cannot be read."),
    }


def _texts_of_frames() -> dict[str, str]:
    return {
        "no_frames": _("Choose a file, or scan the codes on the tablet's screen."),
        "both": _("Choose a file or scan codes, not both at once."),
        "frame": _("Line %(line)s is no code of carried marks, or was misread."),
        "runs": _(
            "The codes are of several runs: %(runs)s. Clear the field and scan one run."
        ),
        "missing": _(
            "Of the %(total)s codes of run %(run)s these are missing: %(frames)s. "
            "Step to them on the tablet and scan on."
        ),
        "run_digest": _("The codes do not make the file they say. Scan them again."),
    }
