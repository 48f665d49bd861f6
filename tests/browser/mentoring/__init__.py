"""Two years of an apprentice, in pieces that a test puts together.

later      the server on a later day
device     the roles' devices, and the days that pass
cast       who takes part
agreement  drawn up at the desk, signed on phones, filed
learning   task sheet, evidence, log, assessments
ends       another mentor, graduation, rewards, what the pages show of it
"""
