"""Whatever commits reaches the one logger: `ledger.log.services.record`.

Read from the source: every function that commits is followed through the calls it
makes in our own modules. One that cannot reach the logger stands below with a reason,
or is a write off the record.
"""

import ast
from collections import defaultdict
from functools import cache

from config import ROOT
from tests.test_architecture import sources

LOGGERS = {"ledger.log.services.record", "ledger.log.services.record_all"}
# What is written without an entry, and why that is right.
UNLOGGED = {
    "accounts.messages.jobs.send_waiting": "tells what is logged already",
    "accounts.messages.views.read_all": "one's own reading of messages",
    "competition.bulk.views.batches.list_batches": "a file to look at; loading logs",
    "competition.codes.views.common.second_person": "counts a wrong password only",
    "competition.registration.views.steps.show_step": "a draft; handing in logs",
    "home.set_language": "one's own language",
    "scoring.theory.views.set_columns": "a file to look at; bringing it in logs",
    "scoring.wall.views.stream_wall": "ends a reading, writes nothing",
    "talentpool.admission.views.apply.edit_application": "a draft; handing in logs",
    "talentpool.dossiers.views.opened_or_404": "looks have a record of their own",
    "talentpool.imports.views.pages._sent": "a file to look at; loading logs",
    "talentpool.search.cli.reindex": "an index, made of dossiers",
    "talentpool.search.views._take_in": "an index, made of dossiers",
}

Calls = dict[str, set[str]]


def _module(path):
    name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    return name.removesuffix(".__init__")


def _imports(tree):
    """Return what each name of a module stands for: "room.topic.services.function"."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name] = alias.name
    return known


def _dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return [node.id, *reversed(parts)]


def _names(node):
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


@cache
def read_calls() -> tuple[Calls, set[str]]:
    """Return what each function names of ours, and the functions that commit.

    A table of functions at the top of a module counts as one of them.
    """
    calls, commits = defaultdict(set), set()
    for path in sources():
        tree, module = ast.parse(path.read_text("utf-8")), _module(path)
        known = _imports(tree)
        parts = {name: node for node in tree.body for name in _names(node)}
        for part, top in parts.items():
            name = f"{module}.{part}"
            for node in ast.walk(top):
                dotted = _dotted(node) if isinstance(node, ast.Attribute) else None
                if isinstance(node, ast.Name):
                    dotted = [node.id]
                if not dotted:
                    continue
                if dotted[-1] == "commit" and len(dotted) > 1:
                    commits.add(name)
                if dotted[0] in parts:
                    calls[name].add(f"{module}.{dotted[0]}")
                elif dotted[0] in known:
                    calls[name].add(".".join([known[dotted[0]], *dotted[1:]]))
    _follow_signals(calls)
    return dict(calls), commits


def _follow_signals(calls):
    """Let who sends a signal reach who listens: `signal.connect(function)`."""
    listeners = defaultdict(set)
    for path in sources():
        text = path.read_text("utf-8")
        if ".connect(" not in text:
            continue
        tree, module = ast.parse(text), _module(path)
        known = _imports(tree)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "connect"
                and isinstance(node.func.value, ast.Name)
                and node.args
                and isinstance(node.args[0], ast.Name)
            ):
                signal = known.get(node.func.value.id, "")
                listeners[signal].add(f"{module}.{node.args[0].id}")
    for found in calls.values():
        for name in list(found):
            found.update(listeners.get(name.removesuffix(".send"), ()))


def reaches_logger(name, calls):
    seen, waiting = set(), [name]
    while waiting:
        at = waiting.pop()
        if at in LOGGERS:
            return True
        if at in seen:
            continue
        seen.add(at)
        # `services.parcels.Receiver.take` is reached by way of its class.
        waiting += calls.get(at) or calls.get(at.rpartition(".")[0]) or ()
    return False


def is_silent(name, calls):
    """Tell whether a function commits what no logger heard of.

    One of a module's own may commit what its callers did: then each of them has to.
    """
    if reaches_logger(name, calls):
        return False
    if not name.rpartition(".")[2].startswith("_"):
        return True
    callers = [caller for caller, found in calls.items() if name in found]
    return not all(reaches_logger(caller, calls) for caller in callers)


def test_whatever_commits_reaches_the_logger():
    calls, commits = read_calls()
    silent = {name for name in commits if is_silent(name, calls)}

    assert silent - set(UNLOGGED) == set()


def test_every_exception_is_one():
    calls, commits = read_calls()

    assert {
        name for name in UNLOGGED if name not in commits or not is_silent(name, calls)
    } == set()


def test_a_write_off_the_record_is_found():
    calls, _commits = read_calls()
    write = "accounts.users.services.set_password_off_the_record"
    changed = {**calls, "accounts.users.views.change": {write}, write: set()}

    assert is_silent("accounts.users.views.change", changed)
    assert not is_silent("accounts.users.views.account", calls)
