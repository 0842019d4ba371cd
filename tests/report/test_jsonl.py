import io
import json
import re
from datetime import datetime, timezone

from muster.model import HostRescued, Key, Output, PlayStarted
from muster.report import jsonl
from muster.report.jsonl import Jsonl, utc_now
from tests.report.scenario import ended, fleet_run, small_run, started
from tests.report.texts import CASES, FOLDER, told


def objects(*events, finish=False):
    stream = io.StringIO()
    report = Jsonl(stream, ["muster", "run", "site.yml"])
    for event in events:
        report.take(event)
    if finish:
        report.finish()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_small_run_reads_as_agreed():
    assert told(CASES["run.jsonl"]) == (FOLDER / "run.jsonl").read_text(encoding="utf-8")


def test_there_is_one_object_for_each_event_and_one_for_the_recap():
    events = [event for _, event in fleet_run()]
    made = objects(*events, finish=True)
    assert len(made) == len(events) + 1
    assert [each["event"].replace("_", "") for each in made[:-1]] == [type(each).__name__.lower() for each in events]
    assert (made[-1]["event"], made[-1]["exit_code"]) == ("recap", 4)


def test_the_keys_of_each_event_are_those_the_documentation_names():
    documented = {}
    for line in jsonl.__doc__.splitlines():
        found = re.match(r"    ([a-z_]+)  +(.*)|      +(\w.*)", line)
        if found and found[1]:
            name, words = found[1], found[2]
            documented[name] = words
        elif found:
            documented[name] += " " + found[3]
    keys = {name: set(re.sub(r"[\[{(].*?[\]})]+", "", words).replace(" ", "").split(",")) | {"event", "time"}
            for name, words in documented.items()}
    events = [event for _, event in fleet_run()] + small_run()
    seen = {each["event"]: set(each) for each in objects(*events, finish=True)}
    assert seen == keys


def test_the_time_is_utc_with_milliseconds():
    [made] = objects(PlayStarted("Play", ("a",), 0))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made["time"])
    read = datetime.fromisoformat(made["time"].replace("Z", "+00:00"))
    assert abs((utc_now() - read).total_seconds()) < 60 and utc_now().tzinfo is timezone.utc


def test_output_and_rescues_name_their_task():
    key = Key(0, 0, (3,))
    made = objects(PlayStarted("Play", ("a",), 0), started("a", 3, "Upgrade"), Output("a", key, "line\n"),
                   HostRescued("a", key))
    assert [(each["play"], each["task"]) for each in made[2:]] == [("Play", "Upgrade"), ("Play", "Upgrade")]


def test_any_result_becomes_one_line_of_valid_json():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    values = {"msg": "two\nlines", "raw": b"\xff", "nan": float("nan"), "some": {1: {2}}}
    Jsonl(stream, []).take(ended("a", 1, "Grüße \udcff", **values))
    [line] = stream.buffer.getvalue().splitlines()
    made = json.loads(line, parse_constant=lambda text: 1 / 0)
    assert made["task"] == "Grüße \udcff"
    assert made["result"] == {"msg": "two\nlines", "raw": "/w==", "nan": "nan", "some": {"1": [2]}, "changed": False}
