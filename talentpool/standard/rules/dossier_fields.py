"""The fields of a dossier a standard can speak of, and where each is kept."""

from collections.abc import Mapping

# Name in a profile → table and column. A test holds this against the database.
DOSSIER_FIELDS: Mapping[str, str] = {
    "person.name": "person.name",
    "person.sex": "person.sex",
    "person.birth_date": "person.birth_date",
    "person.id_number": "person.id_number_sealed",
    "person.phone": "person.phone_sealed",
    "person.nation": "person.nation",
    "person.education": "person.education",
    "person.politics": "person.politics",
    "person.photo": "person.photo_id",
    "person.unit": "person.unit_id",
    "craftsman.pool_class": "craftsman.pool_class",
    "craftsman.level": "craftsman.level",
    "craftsman.entered_on": "craftsman.entered_on",
    "craftsman.certificate_number": "craftsman.certificate_number",
    "craftsman.occupation": "craftsman.occupation_code",
    "craftsman.trade": "craftsman.trade",
    "craftsman.trade_since": "craftsman.trade_since",
    "craftsman.post": "craftsman.post",
    "craftsman.post_kind": "craftsman.post_kind",
    "craftsman.employment": "craftsman.employment",
    "craftsman.front_line": "craftsman.front_line",
    "craftsman.union_member": "craftsman.union_member",
    "craftsman.worker_type": "craftsman.worker_type",
    "craftsman.district": "craftsman.district_code",
    "craftsman.willing_to_serve": "craftsman.willing_to_serve",
    "certificate.level": "skill_certificate.level_code",
    "certificate.trade": "skill_certificate.trade",
    "certificate.number": "skill_certificate.number",
    "certificate.issuer": "skill_certificate.issuer",
    "certificate.issued_on": "skill_certificate.issued_on",
    "honour.name": "honour_award.name",
    "honour.level": "honour_award.level",
    "honour.issuer": "honour_award.issuer",
    "honour.document": "honour_award.document",
    "competition.name": "competition_record.competition_name",
    "competition.tier": "competition_record.tier",
    "competition.place": "competition_record.place",
    "competition.total": "competition_record.total",
    "competition.result": "competition_record.publication_uid",
    "achievement.kind": "achievement.kind",
    "achievement.title": "achievement.title",
    "achievement.number": "achievement.number",
    "achievement.benefit": "achievement.benefit_yuan",
    "achievement.role": "achievement.role",
    "studio.name": "studio.name",
    "studio.level": "studio.level",
    "evidence.title": "evidence.title",
    "evidence.file": "evidence.sha256",
}

# Of the head of a dossier: one value each, so that a dossier has it or lacks it.
HEAD_FIELDS = tuple(
    name for name in DOSSIER_FIELDS if name.startswith(("person.", "craftsman."))
)
