"""Tablets made wrong on purpose, each in one way that has been seen in the field."""

from dataclasses import replace

from tests.faults.tablet import Tablet, body_hash, uuid7


class DeletingTablet(Tablet):
    """Throws away what is refused: there is nothing it could do, it thinks."""

    def _refuse(self, kept, status):
        self.store.drop(kept.id)

    def _read(self, kept, answer):
        state, noted = super()._read(kept, answer)
        return ("settled" if state == "attention" else state), noted


class RenamingTablet(Tablet):
    """Gives a mark a new id each time it sends it."""

    def _post(self, batch):
        fresh = {kept.id: uuid7(self.clock()) for kept in batch}
        renamed = [
            replace(kept, body={**kept.body, "id": fresh[kept.id], "based_on": None})
            for kept in batch
        ]
        outcome = super()._post(renamed)
        for kept, sent in zip(batch, renamed, strict=True):
            for answer in outcome.answers or []:
                if answer["id"] == sent.body["id"]:
                    answer |= {"id": kept.id, "hash": body_hash(kept.body)}
        return outcome


class TrustingTablet(Tablet):
    """Turns green on any answer with status 200, whoever gave it."""

    def drain(self):
        drained = super().drain()
        for mark_id in getattr(self, "_believed", ()):
            self._note(self.store.events[mark_id], "delivered")
        self._believed = []
        return drained

    def _post(self, batch):
        answers = []

        def spy(request):
            answers.append(send(request))
            return answers[-1]

        send, self.send = self.send, spy
        try:
            outcome = super()._post(batch)
        finally:
            self.send = send
        if answers and answers[0][0] == 200 and not outcome.answers:
            self._believed = [*getattr(self, "_believed", ()), *(k.id for k in batch)]
        return outcome
