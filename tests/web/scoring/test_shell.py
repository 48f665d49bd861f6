"""What a tablet keeps of the marking app: the same for everybody, and all of it."""

import base64
import hashlib
import json
import re

import pytest

from appshell import list_files
from config import ROOT
from tests.factories.scoring import make_marked_event


def read_shell(client, language="zh-CN"):
    answer = client.get(f"/judging/worker.js?lang={language}")
    head, worker = answer.text.split(";\n\n", 1)
    assert "addEventListener" in worker
    return json.loads(head.removeprefix("const SHELL = "))


def sri(content):
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_a_tablet_keeps_is_served_as_the_worker_expects(client, language):
    shell = read_shell(client, language)

    for key, source, expected in shell["items"]:
        with client.get(source) as answer:
            assert answer.status_code == 200, source
            assert sri(answer.data) == expected, key
    keys = {key for key, _source, _hash in shell["items"]}
    assert {"app", "mark", "/static/js/marking.js", "/static/vendor/idb/idb.js"} <= keys
    assert {"/static/js/marking/outbox.js", "/static/js/tablet/gate.js"} <= keys


def test_the_pages_are_the_same_for_every_judge_and_event(client, session, sign_in):
    made = make_marked_event(session, works=1)
    version = read_shell(client)["version"]
    kept = client.get("/judging/app/pages/mark?lang=zh-CN").text

    for seat in ("J1", "J2"):
        sign_in(made.judge(seat))
        assert client.get(f"/judging/{made.event.uid}/mark").text == kept
        assert read_shell(client)["version"] == version

    assert made.works[0] not in kept


def test_languages_are_versions_of_their_own(client):
    assert read_shell(client)["version"] != read_shell(client, "en")["version"]


def test_files_are_found_through_their_imports():
    files = {
        "js/a.js": b'import { b } from "./deep/b.js";\nconst c = import("./c.js");',
        "js/deep/b.js": b'export { d } from "../d.js";',
        "js/c.js": b"",
        "js/d.js": b"",
        "css/e.css": b'p { background: url("../img/f.png"), url("data:x") }',
        "img/f.png": b"",
    }
    page = '<link href="/static/css/e.css"><script src="/static/js/a.js"></script>'

    assert list_files([page], files.__getitem__, "/static/") == sorted(files)


def test_a_package_that_is_not_there_keeps_no_other_from_the_tablet():
    def read(name):
        if name.startswith("vendor/"):
            raise FileNotFoundError(name)
        return b'import("../vendor/x.mjs");'

    page = '<script src="/static/js/a.js"></script>'

    assert list_files([page], read, "/static/") == ["js/a.js"]


def test_what_draws_carried_codes_is_kept_on_the_tablet():
    page = '<script src="/static/js/marking/carry.js"></script>'
    files = list_files(
        [page], lambda name: (ROOT / "static" / name).read_bytes(), "/static/"
    )

    assert "vendor/qrcode/qrcode.mjs" in files


def test_the_manifest_names_icons_that_are_there(client):
    manifest = client.get("/judging/app.webmanifest?lang=zh-CN").get_json(force=True)

    assert manifest["start_url"].startswith(manifest["scope"])
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        with client.get(icon["src"]) as answer:
            picture = answer.data
        size = int.from_bytes(picture[16:20], "big")
        assert icon["sizes"] == f"{size}x{size}"


def test_the_status_names_nobody(client, session, sign_in):
    made = make_marked_event(session, works=1)
    judge = made.judge("J1")
    sign_in(judge)

    answer = client.get("/judging/app/status.json")

    assert answer.get_json()["judge"] == judge.uid
    assert [e["event"] for e in answer.get_json()["events"]] == [made.event.uid]
    assert judge.display_name not in answer.text
    assert re.fullmatch(r"[0-9a-f]{12}", answer.get_json()["version"])
    assert answer.get_json()["language"] == "zh-CN"


def test_who_is_signed_out_is_told_so(client):
    assert client.get("/judging/app/status.json").status_code == 401
