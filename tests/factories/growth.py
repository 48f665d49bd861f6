"""Innovation projects and trainings.

make_project(session, craftsman)             a draft with a lead and a paper
part_of(project, craftsman, "participant")   somebody more who took part
make_training(session, unit=unit)            being recorded, 8 hours
attend(session, training, person)            somebody on its list
"""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from talentpool.dossiers.models import Craftsman
from talentpool.growth.models.innovations import (
    Innovation,
    InnovationPaper,
    InnovationShare,
)
from talentpool.growth.models.trainings import Attendance, Training
from tests.factories.people import NOW, make_attachment, make_unit


def make_project(session: Session, lead: Craftsman, **values: Any) -> Innovation:
    """Make a project; values: columns of Innovation, method_name."""
    unit = values.pop("unit", lead.person.unit)
    defaults = {
        "kind": "innovation",
        "title": "薄板机柜焊后变形控制",
        "trade": "焊工",
        "district_code": unit.district_code if unit else lead.district_code,
        "finished_on": date(2026, 3, 1),
        "state": "draft",
        "recorded_by": "tests",
        "recorded_at": NOW,
    }
    method_name = values.pop("method_name", "")
    project = Innovation(unit=unit, **(defaults | values))
    session.add(project)
    part_of(project, lead, "lead", method_name=method_name)
    attachment = make_attachment(session)
    project.papers.append(
        InnovationPaper(
            attachment=attachment,
            title="验收意见",
            sha256=attachment.sha256,
            added_by="tests",
            added_at=NOW,
        )
    )
    session.flush()
    return project


def part_of(
    project: Innovation, craftsman: Craftsman, role: str, *, method_name: str = ""
) -> InnovationShare:
    """Add somebody who took part."""
    share = InnovationShare(
        craftsman=craftsman,
        role=role,
        position=len(project.shares) + 1,
        method_name=method_name,
    )
    project.shares.append(share)
    return share


def make_training(session: Session, **values: Any) -> Training:
    """Make a training of a unit; values: columns of Training."""
    unit = values.pop("unit", None) or make_unit(session)
    defaults = {
        "kind": "training",
        "title": "焊接新工艺培训",
        "trade": "焊工",
        "first_on": date(2026, 3, 1),
        "last_on": date(2026, 3, 2),
        "minutes": 480,
        "organiser": unit.name,
        "district_code": unit.district_code,
        "state": "open",
        "recorded_by": "tests",
        "recorded_at": NOW,
    }
    training = Training(unit=unit, **(defaults | values))
    session.add(training)
    session.flush()
    return training


def attend(
    session: Session, training: Training, person: Any, **values: Any
) -> Attendance:
    """Put a person on the list of a training; values: columns of Attendance."""
    defaults = {"minutes": training.minutes, "added_by": "tests", "added_at": NOW}
    made = Attendance(training=training, person=person, **(defaults | values))
    session.add(made)
    session.flush()
    return made
