"""Public pages that are made once and then only handed out.

A page is kept per process under a key that says everything it depends on; visitors
who are not signed in get its bytes with a strong ETag, or 304 where they have it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import sha256
from threading import Lock

from flask import Response, make_response, request, session
from flask_babel import get_locale
from flask_login import current_user

SHARED = "jiangcai.shared"  # tells the door that others may get the same, see web.door
_MOST_KEPT = 100
_pages: OrderedDict[Hashable, tuple[bytes, str]] = OrderedDict()
_lock = Lock()


def serve(key: tuple[Hashable, ...], render: Callable[[], str]) -> Response:
    """Answer with a public page; `render` makes it where it is not kept yet.

    Args:
        key: what the page depends on besides its address and language, such as the
            publications and whether they stand.
        render: makes the page; it asks nothing of who is looking, except whether
            somebody is signed in.
    """
    if current_user.is_authenticated or "_flashes" in session or request.query_string:
        return make_response(render())
    place = (request.script_root, request.path, str(get_locale()))
    body, etag = _find((place, *key), render)
    response = Response(body, content_type="text/html; charset=utf-8")
    response.set_etag(etag)
    # Shared caches may keep it, and ask each time whether it still stands.
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Cookie")
    response.make_conditional(request)
    request.environ[SHARED] = etag
    return response


def _find(key: Hashable, render: Callable[[], str]) -> tuple[bytes, str]:
    with _lock:
        if key in _pages:
            _pages.move_to_end(key)
            return _pages[key]
    body = render().encode()
    page = body, sha256(body).hexdigest()
    with _lock:
        _pages[key] = page
        while len(_pages) > _MOST_KEPT:
            _pages.popitem(last=False)
    return page
