"""A live board gives, after any changes, what scoring everything anew gives."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scoring.marking.rules.book import Given
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.marking.rules.sums import sum_criterion
from scoring.marking.rules.values import MarkValueError
from scoring.results.rules.digest import digest_scoring
from scoring.results.rules.live.board import Board, UnknownCellError
from scoring.results.rules.score import score
from scoring.results.rules.so_far import Incomplete, score_so_far
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import one_aspect, totals_scheme
from tests.unit.scoring.test_second_scorer import facts_of

pick = st.integers(0, 10**6)


class Marking(RuleBasedStateMachine):
    """Judges mark, correct and withdraw; officials decide, entries move."""

    board_type = Board

    @initialize(seed=st.integers(0, 10**9), is_full=st.booleans())
    def begin(self, seed, is_full):
        self.case = Case(seed)
        self.scheme = parse_scheme(self.case.text)
        self.entries = {e["entry"]: facts_of(e) for e in self.case.entries}
        self.every = [Mark(*row) for row in self.case.marks]
        self.marks = {mark[:3]: mark for mark in self.every if is_full}
        self.board = self.board_type(
            self.scheme, self.entries.values(), self.marks.values()
        )

    def choose(self, options, number):
        return options[number % len(options)]

    @precondition(lambda self: self.every)
    @rule(number=pick, other=pick)
    def mark(self, number, other):
        mark = self.choose(self.every, number)
        alike = [m.value for m in self.every if m.aspect == mark.aspect]
        self.put(mark._replace(value=self.choose(alike, other)))

    @rule(number=pick)
    def mark_one_entry_wholly(self, number):
        code = self.choose(sorted(self.entries), number) if self.entries else ""
        for mark in self.every:
            if mark.entry == code:
                self.put(mark)

    def put(self, mark):
        if mark.entry in self.entries:
            self.marks[mark[:3]] = mark
            self.board.put(mark)

    @precondition(lambda self: self.marks)
    @rule(number=pick)
    def withdraw(self, number):
        cell = self.choose(sorted(self.marks), number)
        del self.marks[cell]
        self.board.remove(*cell)

    @rule(number=pick, other=pick, seed=st.integers(0, 50))
    def decide(self, number, other, seed):
        """Give an entry other facts; it may be a new one, or be back."""
        row = self.choose(self.case.entries, number)
        changed = Case(seed)
        changed.scheme = self.case.scheme
        facts = facts_of(changed._entry(int(row["entry"][1:])))  # noqa: SLF001
        self.entries[facts.entry] = facts
        self.board.set_facts(facts)

    @invariant()
    def same_as_anew(self):
        if not hasattr(self, "board"):
            return
        anew = score_so_far(self.scheme, self.marks.values(), self.entries.values())
        assert digest_scoring(self.board.so_far) == digest_scoring(anew)
        if not anew.incomplete:
            whole = score(self.scheme, self.marks.values(), self.entries.values())
            assert digest_scoring(anew.scoring) == digest_scoring(whole)


TestMarking = Marking.TestCase
# A busy machine makes the making of a case look slow.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
hunting = settings(
    patient,
    max_examples=300,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
)
TestMarking.settings = settings(patient, max_examples=60, stateful_step_count=20)


class ForgetsToAggregate(Board):
    """A second mark of a cell does not make its aspect stale."""

    def _touch(self, row, aspect=None):
        super()._touch(row)
        if aspect is not None and len(row.cells[aspect]) == 1:
            row.stale.add(aspect)


class ForgetsTheOthers(Board):
    """Only the marked entries get new ranks; their group keeps its old ones."""

    def _recompute(self):
        before = {r.entry: r for g in self._groups.values() for r in g.results}
        touched = set(self._touched)
        found = super()._recompute()
        kept = tuple(
            r if r.entry in touched else before.get(r.entry, r)
            for r in found.scoring.results
        )
        return replace(found, scoring=replace(found.scoring, results=kept))


class ForgetsWhoLeft(Board):
    """An entry that moves to another group stays in the means of the old one."""

    def set_facts(self, facts):
        row = self._rows.get(facts.entry)
        group = self._group(row) if row else None
        super().set_facts(facts)
        if group is not None:
            group.touched.clear()
            group.is_touched = row.facts.entry in group.rows


class CountsGapsAsZero(Board):
    """An entry with gaps is scored with what it has."""

    def _recompute(self):
        for row in self._rows.values():
            for aspect in self._aspects.values():
                cell = row.cells.setdefault(aspect.code, [])
                if not cell:
                    cell += [
                        Given(f"J{n}", Fraction(0), 0) for n in range(aspect.judges)
                    ]
                    row.stale.add(aspect.code)
        return super()._recompute()


@pytest.mark.parametrize(
    "wrong", [ForgetsToAggregate, ForgetsTheOthers, ForgetsWhoLeft, CountsGapsAsZero]
)
def test_a_wrong_board_is_found(wrong):
    machine = type("Wrong", (Marking,), {"board_type": wrong})

    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=hunting)


GROUPS = "[[awards]]\nname = '一等奖'\nshare = '50%'\nof = 'entered'"


def test_gaps_are_listed_and_never_zero():
    entries = [EntryFacts(entry=code) for code in "ABC"]
    board = Board(totals_scheme(tail=GROUPS), entries, [Mark("A", "P1.1", "J", "70")])

    board.put(Mark("B", "P1.1", "J", "80"))

    found = {r.entry: (r.rank, r.award) for r in board.so_far.scoring.results}
    # Half of three entered is two places, though one has no marks yet.
    assert found == {"A": (2, "一等奖"), "B": (1, "一等奖"), "C": (None, "")}
    assert board.so_far.incomplete == (Incomplete(entry="C", given=0, expected=1),)
    assert board.so_far.scoring.results[-1].total is None


def test_judges_who_differ_keep_an_entry_open():
    scheme = parse_scheme(one_aspect('kind = "score"\nmax = 9\njudges = 2'))
    board = Board(scheme, [EntryFacts(entry="A")])
    board.put(Mark("A", "P1.1", "J1", "7"))
    board.put(Mark("A", "P1.1", "J2", "8"))

    [open_entry] = board.so_far.incomplete
    board.put(Mark("A", "P1.1", "J2", "7"))

    assert open_entry.is_disputed
    assert board.so_far.incomplete == ()
    assert board.so_far.scoring.results[0].total == 7


def test_a_team_with_a_gap_is_not_ranked_yet():
    entries = [EntryFacts(entry=c, team=t) for c, t in zip("ABC", "XXY", strict=True)]
    scheme = totals_scheme(tail='[teams]\nmethod = "sum"')
    board = Board(scheme, entries, [Mark(c, "P1.1", "J", "5") for c in "AC"])

    before = [team.team for team in board.so_far.scoring.teams]
    board.put(Mark("B", "P1.1", "J", "1"))

    assert before == ["Y"]
    assert [team.team for team in board.so_far.scoring.teams] == ["X", "Y"]


def test_what_cannot_be_is_refused_and_changes_nothing():
    board = Board(totals_scheme(), [EntryFacts(entry="A")])
    before = digest_scoring(board.so_far)

    with pytest.raises(UnknownCellError):
        board.put(Mark("Z", "P1.1", "J", "5"))
    with pytest.raises(UnknownCellError):
        board.remove("A", "P9", "J")
    with pytest.raises(MarkValueError):
        board.put(Mark("A", "P1.1", "J", "1001"))

    assert digest_scoring(board.so_far) == before


def test_one_mark_sums_one_criterion_again(monkeypatch):
    """What is not touched is not computed: no work for other entries or criteria."""
    case = next(c for c in map(Case, range(99)) if len(c.marks) > 100)
    scheme = parse_scheme(case.text)
    entries, marks = map(facts_of, case.entries), [Mark(*row) for row in case.marks]
    board = Board(scheme, entries, marks)
    present = {r.entry for r in board.so_far.scoring.results if r.total is not None}
    summed = []

    def watched(component, criterion, *args):
        summed.append(criterion.code)
        return sum_criterion(component, criterion, *args)

    monkeypatch.setattr("scoring.results.rules.live.rows.sum_criterion", watched)
    mark = next(m for m in marks if m.entry in present)

    board.put(mark)
    assert board.so_far.scoring.results

    assert len(summed) == 1
