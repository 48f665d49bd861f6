"""A competition day as its people walk it, in pieces that a test puts together.

cast     who takes part, the schemes, and what is there before the day
device   the roles' devices and what everybody does on a page
before   from the copy of last year's competition to the close of registration
hall     check-in, draws, marking
result   decisions, lock, decoding, signatures, publication
appeal   an appeal that changes a rank
papers   certificates, checked without a network
far      a second installation that takes the qualifiers
"""
