"""What is wrong with schemes and marks, in the reader's language.

The rules are pure and speak English; here their sentences are known to the catalogue.
"""

from flask_babel import gettext as _

from scoring.scheme.rules.faults import Fault

_PLACE = "Entry %(entry)s, aspect %(aspect)s: "
_YES_NO = "%(value)s is not 1/0"  # the rule's own sentence names the Chinese words


def N_(text: str) -> str:  # noqa: N802 - what the collector of texts looks for
    """Mark a text that is translated where it is shown."""
    return text


KNOWN = (
    N_("The judges' marks must agree, and they differ."),
    N_("Entry %(entry)s: no penalty is called %(penalty)s."),
    N_("Nothing in the scheme is called %(code)s."),
    N_("There is no entry %(entry)s."),
    N_("Entry %(entry)s: nothing to veto is called %(veto)s."),
    N_("Entry %(entry)s, aspect %(aspect)s: a second mark of judge %(judge)s."),
    N_("Entry %(entry)s stands here a second time."),
    N_(
        "Entry %(entry)s, aspect %(aspect)s: %(found)s of %(expected)s marks are there."
    ),
    N_("Entry %(entry)s, %(unit)s: the judges' marks must agree, and they differ."),
    N_(
        "re-score: entry %(entry)s, aspect %(aspect)s: the judges gave "
        "%(values)s, more than 1 apart."
    ),
    N_(
        "Entry %(entry)s, aspect %(aspect)s: every judge must have marked "
        "every aspect of %(unit)s."
    ),
    N_("The value is empty: not scored is not zero."),
    N_("%(value)s is not between %(min)s and %(max)s."),
    N_("%(value)s is not one of %(options)s."),
    N_("%(value)s is not 0, 1, 2 or 3."),
    N_("%(value)s is not a plain number."),
    N_("%(value)s is not a whole number from %(bound)s up."),
    N_("%(value)s is neither yes nor no."),
    N_(
        "Group “%(group)s” ranks %(size)s: fewer than %(least)s make the "
        "WorldSkills scale unstable."
    ),
    N_("Nothing in this scheme is called %(code)s."),
    N_("The components' max × weight add to %(sum)s, not to %(full)s."),
    N_("%(code)s is used twice."),
    N_("A code has no spaces: %(code)s."),
    N_("%(code)s is a column of the results."),
    N_("%(code)s has no pass line."),
    N_("An award above it already takes every place up to there."),
    N_("The shares add to more than 100%%."),
    N_("Must be %(format)s."),
    N_("Is missing: with trim_scope %(scope)s the component states it."),
    N_("Must not be above the cap."),
    N_(
        "Every judge marks every aspect of %(unit)s, so its aspects must "
        "expect equally many judges, not %(judges)s."
    ),
    N_("Not valid TOML: %(reason)s"),
    N_("Must be one of %(options)s."),
    N_(
        "Dropping %(drop)s highest and %(drop)s lowest needs at least %(need)s "
        "judges, and there are %(judges)s."
    ),
    N_("max must be above min."),
    N_("Must name at least one option."),
    N_("Every option needs a label of its own."),
    N_("Must be four texts, for 0, 1, 2 and 3."),
    N_("A tolerance needs lower, upper or both."),
    N_("Must not be above upper."),
    N_("Must be above %(bound)s."),
    N_("Does not belong to kind %(kind)s."),
    N_("Belongs to the component, because its trim_scope is %(scope)s."),
    N_(
        "Must be component:CODE, criterion:CODE, aspect:CODE or time, and then "
        "asc or desc."
    ),
    N_("Teams' ties are settled by time asc or time desc."),
    N_("A penalty on the total has no component to zero."),
    N_("An award has exactly one of count, share and upto."),
    N_('Must be a share above 0 and up to 100, like "10%%".'),
    N_("Is missing."),
    N_("Is missing: how many members' totals count."),
    N_("Is missing: what each award is worth."),
    N_("Is missing: limit and over_limit go together."),
    N_("The same key stands earlier in the list."),
    N_("%(label)s is below 0."),
    N_("Must be true or false."),
    N_("Must be text that is not empty."),
    N_("Must be a number."),
    N_("Must be a whole number."),
    N_("Must be a list of texts."),
    N_("Must be a table."),
    N_("Must be a list of at least one table."),
    N_("Must be at most %(bound)s."),
    N_("Unknown key."),
    N_("Must be at least %(bound)s."),
    N_("So few judges leave one mark: this trimmed mean is a median."),
    N_("The criteria add to %(sum)s and the component's max is %(max)s."),
    N_("The component does not count for the total."),
    N_("The aspects add to %(sum)s, so the cap is never reached."),
    N_("No option gives the max of %(max)s."),
    N_("The aspects vary from the sections' marks by %(sum)s in all."),
    N_("No award is called %(name)s."),
    N_("A carried component is not marked here: leave it out."),
    N_("Belongs to a component that is carried."),
    N_("A calculation row has exactly one of per_fault and choices."),
    N_("Belongs to a row with per_fault."),
    N_("Comes from the calculation row: leave it out here."),
    N_("The calculation row %(code)s does not fit kind %(kind)s."),
    N_("Medals and medallion need different names."),
    N_("Must be three names: of gold, silver and bronze."),
    N_("Must be unit, team, group or tag:NAME."),
    N_("A ranking has by, where or both."),
    N_("Must name at least one column."),
    N_("Must not be above max_age."),
    N_("Must name at least one level; an empty text means none."),
    N_("Must be a date, like 2026-05-01."),
    N_("Must be the first and the last of a row, like [1, 3]."),
    N_("At least one component must be marked here."),
    N_("At least one component must not be a bonus."),
    N_("Is the scale, and the scheme has no [scale]."),
    N_("%(code)s is a medal."),
    N_("An award above it already goes to everybody."),
    N_("The criteria reach %(sum)s of %(max)s, not the full mark."),
    N_("Without descriptors judges do not know what 0, 1, 2 and 3 look like."),
    N_("A single judge disagrees with nobody."),
    N_("The cap is below the points of a single unit."),
    N_("No aspect uses this row."),
    N_("The criteria reach %(sum)s: nobody can pass."),
    N_("The aspects reach %(sum)s: everybody's component becomes 0."),
    N_("Nobody can have more than %(most)s."),
    N_("No section is called %(code)s."),
    N_("The sections' marks add to %(sum)s and the full mark is %(full)s."),
    N_("Entry %(entry)s: no carried component is called %(component)s."),
    N_(
        "Entry %(entry)s: the carried points of %(component)s, %(value)s, are not "
        "between 0 and %(max)s."
    ),
    N_("Entry %(entry)s: the carried points of %(component)s are missing."),
    N_("Group “%(group)s” has no scale, so it has no medals: a person must decide."),
    *(  # schemes from JSON and workbooks
        N_("Not valid JSON: %(reason)s"),
        N_("The key %(key)s is used twice."),
        N_("Is null: leave out a key that has no value."),
        N_("The text is not valid Unicode."),
        N_("This cell holds a date or time: format it as text and write it again."),
        N_("“%(text)s” is not a number: write digits, with a point for decimals."),
        N_("“%(text)s” is not a whole number."),
        N_("“%(text)s” is not a share: write it as 10%%."),
        N_("“%(text)s” is not in the list: choose one of %(options)s."),
        N_(
            "This sheet is not of the template: delete it, or give it the template's"
            " name for it."
        ),
        N_("%(key)s is not a key of the template, or stands twice."),
        N_("The row of keys (%(keys)s …) is missing: copy the template's."),
        N_("The column “%(name)s” is not of the template, or stands twice: delete it."),
        N_("Sheet %(sheet)s has no code %(code)s."),
        N_("Write a code of sheet %(sheet)s here."),
        N_("Write the label here."),
        N_("Write the points here."),
        N_("%(label)s stands here twice."),
        N_("Write the value as JSON: a text stands in double quotes."),
        N_("%(path)s leads to no free key of this scheme."),
        N_("A workbook needs a code of its own here."),
        N_("A text is longer than the %(most)s characters of a cell."),
        N_("The file is larger than %(most)s MB."),
        N_("The workbook has too many parts."),
        N_("This is not an .xlsx workbook."),
        N_("The workbook unpacks to too much."),
        N_("The workbook holds a document type."),
        N_("A sheet has more than %(most)s rows."),
        N_("A sheet has more than %(most)s columns."),
        N_("The workbook takes too long to read."),
        N_("The workbook cannot be read: save it again as .xlsx."),
    ),
)


def tell(fault: Fault) -> str:
    """Return a fault's sentence in the reader's language, without its place."""
    place, template = "", fault.template
    if template not in KNOWN and template.startswith(_PLACE):
        place = f"{fault.params['entry']} · {fault.params['aspect']}: "
        template = template.removeprefix(_PLACE)
    if template.startswith(_YES_NO):
        template = "%(value)s is neither yes nor no."
    said: str = _(template)
    return place + said % fault.params


def tell_with_place(fault: Fault) -> str:
    """Return a fault with the key or line it is at."""
    return f"{fault.where}: {tell(fault)}" if fault.where else tell(fault)
