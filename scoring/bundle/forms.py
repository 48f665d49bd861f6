"""What is asked when a bundle is made."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField


class BundleForm(FlaskForm):
    """What a bundle is to hold besides what it always holds."""

    names = BooleanField(_l("With names and units"))
    whole_log = BooleanField(_l("With the whole log from its first entry"))
