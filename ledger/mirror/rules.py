"""Following a ledger from outside: what comes is checked before it is kept.

Words used here:
    feed: the entries of a ledger in order, asked for after a number; each answer ends
        with a signed checkpoint of where it stands.
    mirror: a copy of it in other hands; a file like an exported log, which grows.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from ledger.log.rules import (
    FORMAT,
    GENESIS,
    Checkpoint,
    Link,
    canonical,
    link_hash,
    read_line,
    write_line,
)

_CHECKPOINT = '{"checkpoint":'

IsGenuine = Callable[[Checkpoint], bool]


class BrokenChainError(ValueError):
    """What came does not follow from what the mirror holds."""


class BrokenAnswerError(ValueError):
    """An answer that ends before its last line, or is no feed at all."""


@dataclass(slots=True)
class Place:
    """How far a mirror has come, and whose ledger it is."""

    seq: int = 0  # of the newest entry
    hash: str = GENESIS
    public_key: str = ""  # hex; "" before the first checkpoint
    sealed: int = -1  # number of the last checkpoint; -1 for none


def head_line(public_key: str) -> str:
    """Return the first line of a mirror."""
    return canonical({"format": FORMAT, "public_key": public_key})


def checkpoint_line(checkpoint: Checkpoint) -> str:
    """Return a checkpoint as it stands in a feed and in a mirror."""
    return canonical({"checkpoint": asdict(checkpoint)})


def read_answer(text: str) -> tuple[list[Link], Checkpoint]:
    """Return the entries of one answer, and the checkpoint it ends with.

    Raises:
        BrokenAnswerError: it breaks off, or is something else.
    """
    lines = text.split("\n")
    if len(lines) < 2 or lines.pop() != "" or not lines[-1].startswith(_CHECKPOINT):
        raise BrokenAnswerError("the answer breaks off")
    try:
        checkpoint = read_checkpoint(lines.pop())
        return [read_line(line) for line in lines], checkpoint
    except ValueError as error:
        raise BrokenAnswerError(f"the answer is no ledger: {error}") from error


def read_checkpoint(line: str) -> Checkpoint:
    """Return the checkpoint a line holds.

    Raises:
        ValueError: it is none.
    """
    try:
        found = Checkpoint(**json.loads(line)["checkpoint"])
    except (KeyError, TypeError) as error:
        raise ValueError("not a checkpoint") from error
    if type(found.seq) is not int:
        raise ValueError("not a checkpoint")
    return found


def is_checkpoint(line: str) -> bool:
    """Tell whether a line is a checkpoint's and no entry's."""
    return line.startswith(_CHECKPOINT)


def take_link(place: Place, link: Link) -> None:
    """Go on by one entry.

    Raises:
        BrokenChainError: it is not the next one, or was changed.
    """
    if link.seq != place.seq + 1:
        raise BrokenChainError(
            f"entry {place.seq + 1} is missing: entry {link.seq} came instead"
        )
    if link.prev_hash != place.hash:
        raise BrokenChainError(
            f"entry {link.seq} does not follow from entry {place.seq} of this mirror: "
            "the ledger was written anew before it"
        )
    if link.hash != link_hash(link):
        raise BrokenChainError(f"entry {link.seq} was changed after it was written")
    place.seq, place.hash = link.seq, link.hash


def take_checkpoint(
    place: Place, checkpoint: Checkpoint, is_genuine: IsGenuine
) -> None:
    """Seal the place with a checkpoint of exactly there.

    Raises:
        BrokenChainError: it speaks of another place, or somebody else signed it.
    """
    if place.public_key and checkpoint.public_key != place.public_key:
        raise BrokenChainError(
            f"entry {checkpoint.seq} is signed with another key: "
            f"{checkpoint.public_key}, not {place.public_key}"
        )
    if not is_genuine(checkpoint):
        raise BrokenChainError(f"the signature at entry {checkpoint.seq} is wrong")
    if checkpoint.seq < place.seq:
        raise BrokenChainError(
            f"the ledger ends at entry {checkpoint.seq}, and this mirror holds entry "
            f"{place.seq}: its end was cut off"
        )
    if (checkpoint.seq, checkpoint.hash) != (place.seq, place.hash):
        raise BrokenChainError(
            f"entry {checkpoint.seq} there is another one than here: "
            "the ledger was written anew"
        )
    place.public_key, place.sealed = checkpoint.public_key, checkpoint.seq


def take_answer(
    place: Place,
    links: list[Link],
    checkpoint: Checkpoint,
    is_genuine: IsGenuine,
) -> list[str]:
    """Go on by a whole answer; return the lines a mirror writes for it.

    Raises:
        BrokenChainError: something of it does not hold; the place is then of no use.
    """
    is_new, was_sealed = not place.public_key, place.sealed
    for link in links:
        take_link(place, link)
    take_checkpoint(place, checkpoint, is_genuine)
    lines = [head_line(place.public_key)] if is_new else []
    lines += [write_line(link) for link in links]
    if checkpoint.seq != was_sealed:
        lines.append(checkpoint_line(checkpoint))
    return lines
