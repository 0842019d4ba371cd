import json
import math
from datetime import date

import yaml

from muster.model import LocatedDict, Unsafe
from muster.report.data import plain_data, yaml_text


def test_whatever_is_in_a_result_can_be_json():
    value = {1: (1, 2), "text": Unsafe("{{ x }}"), "raw": b"\xff", "nan": math.nan, "when": date(2026, 1, 2),
             "set": {"a"}, "none": None, "yes": True, "half": 0.5, ("a", 1): LocatedDict(b=1)}
    made = plain_data(value)
    assert json.loads(json.dumps(made, allow_nan=False)) == {
        "1": [1, 2], "text": "{{ x }}", "raw": "/w==", "nan": "nan", "when": "2026-01-02", "set": ["a"], "none": None,
        "yes": True, "half": 0.5, "('a', 1)": {"b": 1}}
    assert type(made["text"]) is str


def test_yaml_is_as_people_write_it():
    same = ["x"]
    value = {"b": "one\ntwo\n", "a": [1, {"c": "grüße"}], "first": same, "second": same}
    assert yaml_text(value) == "b: |\n  one\n  two\na:\n- 1\n- c: grüße\nfirst:\n- x\nsecond:\n- x"
    assert yaml_text("text") == "text"
    assert yaml_text(3) == "3"


def test_yaml_reads_back():
    value = {"multi": "a\n\tb\n", "odd": "yes", "empty": "", "long": "word " * 500}
    assert yaml.safe_load(yaml_text(value)) == value
