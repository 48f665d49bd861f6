"""What a tablet's page may ask of a session that is another judge's by now."""

from tests.factories.scoring import make_marked_event

HEADERS = {"X-Requested-With": "jiangcai"}


def test_another_judges_session_does_not_answer_for_the_first(client, session, sign_in):
    made = make_marked_event(session, works=1)
    first, second = made.judge("J1"), made.judge("J2")
    sign_in(second)
    url = f"/judging/{made.event.uid}/sheet.json"

    refused = client.get(url, headers={"X-Judge": first.uid})
    sent = client.post(
        "/api/v1/marks", json={"marks": []}, headers=HEADERS | {"X-Judge": first.uid}
    )
    own = client.get(url, headers={"X-Judge": second.uid})

    assert (refused.status_code, sent.status_code) == (401, 401)
    assert own.get_json()["judge"] == second.uid


def test_a_tablets_questions_are_answered_401_without_a_session(client, session):
    made = make_marked_event(session, works=1)

    answer = client.get(f"/judging/{made.event.uid}/sheet.json")

    assert answer.status_code == 401


def test_the_alerts_name_the_shape_of_the_sheet(client, session, sign_in):
    made = make_marked_event(session, works=2)
    sign_in(made.judge("J1"))
    base = f"/judging/{made.event.uid}"
    before = client.get(f"{base}/sheet.json").get_json()

    told = client.get(f"{base}/alerts.json").get_json()

    assert told["shape"] == before["shape"]
    assert client.get(f"{base}/alerts.json?known={told['version']}").get_json() == {
        "version": told["version"]
    }
