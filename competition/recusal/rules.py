"""Recusal (回避): ties between a judge and contestants that keep them apart.

Words used here:
    tie: what a judge declares of themselves: a unit they belong or belonged to, or a
        person they coached, taught, or are related to.

What is declared is compared with the contestants where the names are; whoever assigns
judges, and the rooms that mark, are told yes or no and nothing else.
Source: docs/rules/blind-chain.md, B-18 to B-20.
"""

UNIT = "unit"
COACH = "coach"
FAMILY = "family"
PAST_PUPIL = "past_pupil"
OTHER = "other"
KINDS = (UNIT, COACH, FAMILY, PAST_PUPIL, OTHER)
OF_PERSONS = (COACH, FAMILY, PAST_PUPIL, OTHER)
