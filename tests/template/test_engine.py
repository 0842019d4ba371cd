"""Values, conditions and files: what goes in and what comes out, with its type."""

import re
import threading
import warnings

import pytest

from muster.errors import HostError, Origin, TemplateError, UndefinedVariable
from muster.load.yaml import read_text
from muster.model import Unsafe, Vaulted
from muster.secrets import MASK, SECRETS
from muster.template import OMIT
from muster.template.engine import Engine, TemplateWarning
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key
from tests.template.fake import ENGINE, Fake

VALUES = {
    "name": "web", "ports": [80, 443], "number": 5, "yes": True, "nothing": None, "digits": "5", "listlike": "[1, 2]",
    "app": {"user": {"name": "deploy"}, "items": "a key", "ports": [1]}, "pair": ["{{ name }}", "{{ absent }}"],
    "through": "{{ absent }}", "alias": "{{ ports }}", "empty": "", "registered": {"changed": False, "skipped": True},
}

# template, value
RENDERED = [
    ("no template", "no template"),
    (7, 7),
    (None, None),
    ("{{ number }}", 5),
    ("{{ yes }}", True),
    ("{{ nothing }}", None),
    ("{{ ports }}", [80, 443]),
    ("{{ app.user }}", {"name": "deploy"}),
    ("{{ 1.5 }}", 1.5),
    ("{{ 5 }}", 5),
    ("{{ digits }}", "5"),
    ("{{ listlike }}", "[1, 2]"),
    ("{{ '[1' ~ ', 2]' }}", "[1, 2]"),
    ("{{ number }}{{ number }}", "55"),
    ("a {{ number }}", "a 5"),
    ("{{ ports }} ", "[80, 443] "),
    ("a{{ nothing }}b", "ab"),
    ("{{ yes }}!", "True!"),
    ("{{ empty }}", ""),
    ("{# nothing at all #}", None),
    ("{% if not yes %}x{% endif %}", None),
    ("{{ nothing }}{{ nothing }}", None),
    ("{{ number }}{{ nothing }}", 5),
    ("x {{ omit }}", "x "),
    ("{{ 'x' if not yes }}", ""),
    ("{{ app.user.keys()[0] }}", "name"),
    ("{{ absent | upper | default('x') }}", "x"),
    ("{{ ports | map('pow', absent) | default('x') }}", "x"),
    ("{{ (absent is string) | default('x') }}", "x"),
    ("{{ absent.format(1) | default('x') }}", "x"),
    ("{{ lookup('env', absent) | default('x') }}", "x"),
    ("{{ lookup('vars', 'absent') | default('x') }}", "x"),
    (r"{{ 'it\'s' }}", r"it\'s"),
    ("{{ name }}\n", "web\n"),
    ("{{ ports }}\n", [80, 443]),
    ("one\n{% if yes %}\n{{ name }}\n{% endif %}\n", "one\nweb\n"),
    ("{% if yes %}{{ ports }}{% endif %}", [80, 443]),
    ("{% set made = [] %}{% for port in ports %}{% set _ = made.append(port + 1) %}{% endfor %}{{ made }}", [81, 444]),
    ("{% set made = {} %}{% do made.update({'a': 1}) %}{{ made }}", {"a": 1}),
    ("{% macro both(x) %}{{ x }}{% endmacro %}{{ both(1) }}", "1"),
    ("{{ ports | map('string') }}", ["80", "443"]),
    ("{{ app.user.items() }}", [["name", "deploy"]]),
    ("{{ app.user.keys() }}", ["name"]),
    ("{{ (1, 2) }}", [1, 2]),
    ("{{ range(3) }}", [0, 1, 2]),
    ("{{ {'deep': ports | select('gt', 100)} }}", {"deep": [443]}),
    ("{{ app['items'] }}", "a key"),
    ("{{ alias }}", [80, 443]),
    ("{{ pair[0] }}", "web"),
    ({"a": "{{ number }}", "b": ["{{ name }}", 1]}, {"a": 5, "b": ["web", 1]}),
    ({"{{ name }}": 1}, {"{{ name }}": 1}),
    ({"a": "{{ omit }}", "b": "{{ absent | default(omit) }}", "c": 1}, {"c": 1}),
    ({"a": {"b": ["{{ omit }}", 2]}}, {"a": {"b": [2]}}),
    ("{{ {'a': omit, 'b': 1} }}", {"b": 1}),
    ("{{ absent | default('x') }}", "x"),
    ("{{ app.none.at.all | default('x') }}", "x"),
    ("{{ app['none']['at'][0] | d('x') }}", "x"),
    ("{{ through | default('x') }}", "x"),
    ("{{ through.deep | default('x') }}", "x"),
    ("{{ pair[1] | default('x') }}", "x"),
    ("{{ empty | default('x') }}", ""),
    ("{{ empty | default('x', true) }}", "x"),
    ("{{ name if yes else absent }}", "web"),
    ("{{ yes | ternary(name, absent) }}", "web"),
    ("{{ '{}-{:02d}'.format(name, number) }}", "web-05"),
    ("{{ '%s-%02d' | format(name, number) }}", "web-05"),
    ("{% set rest = [1, 2] %}{% set _ = rest.pop() %}{{ rest }}", [1]),
    ("{{ ports[:1] + [name] }}", [80, "web"]),
    ("{{ ['a', 'b'] | map(attribute='x') | select('defined') }}", []),
    ("{{ [{'a': 1}, {}] | selectattr('a', 'defined') }}", [{"a": 1}]),
    ("{{ [{'a': 1}, {}] | map(attribute='a', default=0) }}", [1, 0]),
    (r"{{ name | regex_replace('(w)', '\1\1') }}", "wweb"),
    (r"{{ 'a\nb' }}", r"a\nb"),
    ("{{ name | ansible.builtin.upper }}", "WEB"),
    ("{{ ports | map('ansible.builtin.string') | first }}", "80"),
]


@pytest.mark.parametrize(("template", "value"), RENDERED)
def test_templates_give_values_with_their_types(template, value):
    found = ENGINE.render(template, Fake(VALUES))
    assert found == value and type(found) is type(value)


# template, message, hint
REFUSED = [
    ("{{ nam }}", '"nam" is undefined', 'did you mean "name"?'),
    ("a {{ absent }}", '"absent" is undefined', ""),
    ("{{ app.user.nam }}", '"app.user.nam" is undefined', 'did you mean "name"?'),
    ("{{ app.user.zzz }}", '"app.user.zzz" is undefined', "the keys are: name"),
    ("{{ app.usr.name }}", '"app.usr" is undefined', 'did you mean "user"?'),
    ("{{ app['usr'].name }}", "\"app['usr']\" is undefined", 'did you mean "user"?'),
    ("{{ ports[5] }}", '"ports[5]" is undefined', "the list has 2 elements, the first is 0"),
    ("{{ name.size }}", '"name.size" is undefined', "a value of type str"),
    ("{{ registered.stdout }}", '"registered.stdout" is undefined', "the task that registered this was skipped"),
    ("{{ through }}", '"absent" is undefined', ""),
    ("{{ pair }}", '"absent" is undefined', ""),
    ("x {{ pair }}", '"absent" is undefined', ""),
    ("{{ [1, absent] }}", '"absent" is undefined', ""),
    ("{{ ports[absent] }}", '"absent" is undefined', ""),
    ("{{ absent | upper }}", '"absent" is undefined', ""),
    ("{{ absent is string }}", '"absent" is undefined', ""),
    ("{{ absent.x | to_json }}", '"absent" is undefined', ""),
    ("{{ [absent] | to_json }}", '"absent" is undefined', ""),
    ("{{ absent == 1 }}", '"absent" is undefined', ""),
    ("{{ absent() }}", '"absent" is undefined', ""),
    ("{{ yes | ternary(absent, name) }}", '"absent" is undefined', ""),
    ("{{ name | regex_replace('w', replacement=absent) }}", '"absent" is undefined', ""),
    ("{{ lookup('file', absent) }}", '"absent" is undefined', ""),
    ("{{ lookup('file', 'x', lstrip=absent, errors='ignore') }}", '"absent" is undefined', ""),
    ("{{ undef(hint='choose one') }}", "choose one", ""),
    ("{{ [] | first }}", "No first item, sequence was empty.", ""),
    ("{{ 1 + name }}", "unsupported operand type(s) for +", ""),
    ("{{ 1 / 0 }}", "division by zero", ""),
    ("{{ name + }}", 'cannot parse "{{ name + }}"', ""),
    ("{% for x in ports %}", "cannot parse", ""),
    ("{{ ports | uppr }}", 'no filter is called "uppr"', 'did you mean "upper"?'),
    ("{{ ports | map('uppr') | list }}", 'no filter is called "uppr"', 'did you mean "upper"?'),
    ("{{ ports is mappin }}", 'no test is called "mappin"', 'did you mean "mapping"?'),
    ("{{ lookup('fil', 'x') }}", 'no lookup is called "fil"', 'did you mean "file"?'),
    ("{{ name | from_json }}", 'the filter "from_json" failed: Expecting value', ""),
    ("{{ 'a' is match('(') }}", 'the test "match" failed:', ""),
    ("{{ name.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe", ""),
    ("{% include 'none.j2' %}", 'there is no template "none.j2"', "templates directories"),
    ("one\ntwo\n{{ 1 / 0 }}\n", "division by zero", "in line 3 of the text"),
]


@pytest.mark.parametrize(("template", "message", "hint"), REFUSED)
def test_what_cannot_be_rendered_is_explained_with_its_place(template, message, hint):
    with pytest.raises(TemplateError) as caught:
        ENGINE.render(template, Fake(VALUES), Origin("site.yml", 3, 7))
    assert message in caught.value.message
    assert hint in caught.value.hint
    if template not in ("{{ through }}", "{{ pair }}", "x {{ pair }}"):  # The place is the variable's then.
        assert caught.value.origin == Origin("site.yml", 3, 7)


def test_an_error_inside_of_a_container_has_the_place_of_the_element():
    values = read_text("a: 1\nb:\n  - x\n  - '{{ absent }}'\n", "vars.yml")
    with pytest.raises(UndefinedVariable) as caught:
        ENGINE.render(values, Fake(), Origin("site.yml", 1, 1))
    assert caught.value.origin == Origin("vars.yml", 4, 5)


def test_an_undefined_element_of_a_variable_hurts_only_who_uses_it():
    variables = Fake()
    values = read_text("good: 1\nbad: '{{ absent }}'\n", "vars.yml")
    found = ENGINE.render_lazy(values, variables)
    assert found["good"] == 1
    assert ENGINE.render("{{ x.good }}", Fake(x=values)) == 1
    with pytest.raises(UndefinedVariable) as caught:
        ENGINE.render("{{ x.bad }}", Fake(x=values))
    assert caught.value.origin == Origin("vars.yml", 2, 6)


def test_an_error_in_a_variable_names_the_variables_that_led_to_it():
    variables = Fake(a="{{ b }}", b="{{ c + 1 }}", c="x", d="{{ absent }}", e="{{ d }}")
    with pytest.raises(TemplateError) as caught:
        ENGINE.render("{{ a }}", variables)
    assert caught.value.message.endswith('in "{{ c + 1 }}", which is wanted for the variable a -> b')
    with pytest.raises(UndefinedVariable) as caught:
        ENGINE.render("{{ e }}", variables)
    assert caught.value.message == '"absent" is undefined in "{{ absent }}", which is wanted for the variable e -> d'


def test_a_variable_that_refers_to_itself_is_told_with_the_chain():
    with pytest.raises(TemplateError, match="refers to itself: a -> b -> a"):
        ENGINE.render("{{ a }}", Fake(a="{{ b }}", b="{{ a }}"))
    assert ENGINE.render("{{ a }}{{ a }}", Fake(a="{{ b }}", b="1")) == "11"


def test_unsafe_text_is_never_rendered():
    value = Unsafe("{{ name }}")
    assert ENGINE.render(value, Fake(VALUES)) == "{{ name }}"
    assert ENGINE.render("{{ x }}", Fake(x=value)) == "{{ name }}"
    assert type(ENGINE.render("{{ x }}", Fake(x=value))) is Unsafe
    assert ENGINE.render("a {{ x }}", Fake(x=value)) == "a {{ name }}"


def test_the_value_of_a_variable_is_not_rendered_again():
    variables = Fake()
    variables.get = lambda name: "{{ name }}"
    assert ENGINE.render("{{ x }}", variables) == "{{ name }}"


def test_omit_alone_is_returned_as_it_is():
    assert ENGINE.render("{{ omit }}", Fake()) is OMIT
    assert ENGINE.render("{{ absent | default(omit) }}", Fake()) is OMIT


# template, names that are asked for
ASKED = [
    ("{{ name if yes else number }}", ["yes", "name"]),
    ("{{ number or name }}", ["number"]),
    ("{{ name }} {{ name }}", ["name"]),
    ("{% if not yes %}{{ name }}{% endif %}", ["yes"]),
    ("{% for p in ports %}{% if p > 100 %}{{ name }}{% endif %}{% endfor %}", ["ports", "name"]),
    ("{% set name = 1 %}{{ name }}", []),
    ("{% if yes %}{% set name = 1 %}{% endif %}{{ name }}", ["yes"]),
    ("{% if not yes %}{% set name = 1 %}{% endif %}{{ name }}", ["yes", "name"]),
    ("{% macro m(number) %}{{ number }}{{ name }}{% endmacro %}{{ m(1) }}", ["name"]),
    ("{% for number in ports %}{{ number }}{{ loop.index }}{% endfor %}", ["ports"]),
    ("{% set ns = namespace(found=false) %}{% for p in ports %}{% set ns.found = p %}{% endfor %}{{ ns.found }}",
     ["namespace", "ports"]),
]


@pytest.mark.parametrize(("template", "names"), ASKED)
def test_a_name_is_asked_for_once_and_only_where_it_is_used(template, names):
    variables = Fake(VALUES)
    ENGINE.render(template, variables)
    assert list(variables.asked) == names


def test_errors_of_hosts_and_of_the_program_pass_through():
    class Stop(Exception):
        pass

    for error in (HostError("web1", "gone"), Stop(), KeyboardInterrupt(), BrokenPipeError()):
        variables = Fake()

        def get(name, error=error):
            raise error

        variables.get = get
        with pytest.raises(type(error)) as caught:
            ENGINE.render("{{ x | default(1) }}", variables)
        assert caught.value is error


# condition, value
CONDITIONS = [
    ("number > 3", True),
    ("name == 'web' and number == 5", True),
    ("ports", [80, 443]),
    ("absent is defined", False),
    ("app.none.deep is defined", False),
    ("through is not defined", True),
    ("name is match('^w')", True),
    (r"name is match('^\w+$')", True),
    ("'web' in name", True),
    ("not yes", False),
    (True, True),
    (None, None),
    ("{{ yes }}", True),
    ("{{ number > 3 }}", True),
    ("{{ name }} == 'web'", True),
    ("'{{ name }}-{{ number }}' == 'web-5'", True),
    ("{{ number }} + 1 > 5", True),
    ("name in ['web', \"db\"]", True),
]


@pytest.mark.parametrize(("condition", "value"), CONDITIONS)
def test_conditions_are_bare_expressions(condition, value):
    assert ENGINE.evaluate(condition, Fake(VALUES)) == value


def test_what_a_variable_holds_is_never_part_of_the_condition():
    variables = Fake(answer="' or lookup('pipe', 'echo broken') or '")
    assert ENGINE.evaluate("'{{ answer }}' == 'yes'", variables) is False


@pytest.mark.parametrize(("condition", "message"), [
    ("name ==", 'cannot parse "name =="'),
    ("name == 'web' oops", "unexpected 'oops' after the expression"),
    ("absent", '"absent" is undefined in "absent"'),
    ("app.user.nam == 'x'", '"app.user.nam" is undefined'),
    ("number > name", "not supported between instances of 'int' and 'str'"),
])
def test_a_condition_that_cannot_be_evaluated_is_explained(condition, message):
    with pytest.raises(TemplateError) as caught:
        ENGINE.evaluate(condition, Fake(VALUES), Origin("site.yml", 4, 9))
    assert message in caught.value.message and caught.value.origin == Origin("site.yml", 4, 9)


@pytest.mark.parametrize(("condition", "truth"), [
    ("ports", True), ("empty", False), ("'False'", True), ("number - 5", False), ("nothing", False),
    ("[0] | select", False),
])
def test_truth_is_pythons_and_what_is_no_boolean_warns_once_a_place(condition, truth):
    origin = Origin("site.yml", 9, len(condition))
    with pytest.warns(TemplateWarning, match=f"site.yml:9:{len(condition)}: the condition"):
        assert ENGINE.truth(condition, Fake(VALUES), origin) is truth
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ENGINE.truth(condition, Fake(VALUES), origin) is truth


def test_a_strict_engine_refuses_what_is_no_boolean():
    strict = Engine(strict=True)
    assert strict.truth("number > 3", Fake(VALUES)) is True
    with pytest.raises(TemplateError, match="gives the int 5, not true or false") as caught:
        strict.truth("number", Fake(VALUES), Origin("site.yml", 1, 2))
    assert caught.value.origin == Origin("site.yml", 1, 2) and "| bool" in caught.value.hint


def test_booleans_and_no_condition_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ENGINE.truth("yes", Fake(VALUES)) is True
        assert ENGINE.truth(False, Fake()) is False
        assert ENGINE.truth(None, Fake()) is True
        assert ENGINE.truth("", Fake()) is True


def test_jinja_is_left_alone_until_there_is_a_template():
    engine = Engine()
    plain = {"a": ["b", 1, {"c": Unsafe("{{ d }}")}], "e": "f"}
    assert engine.render(plain, Fake()) == plain
    assert engine.truth(True, Fake()) and engine.truth("", Fake())
    assert engine._templates is None
    assert engine.render("{{ name }}", Fake(VALUES)) == "web"
    assert engine._templates is not None


def test_many_threads_share_one_engine():
    failures = []

    def work(number):
        for turn in range(100):
            text = "{{ number }}/" + str(turn % 7) + "{% for p in ports %}{{ p }}{% endfor %}"
            if ENGINE.render(text, Fake(VALUES, number=number)) != f"{number}/{turn % 7}80443":
                failures.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_what_is_too_deep_is_told():
    deep = []
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(TemplateError, match="too many inside each other") as raised:
        Engine().render(deep, Fake(), Origin("site.yml", 1, 1))
    assert raised.value.origin == Origin("site.yml", 1, 1)


def test_what_jinja_asserts_is_told_like_any_other_error():
    with pytest.raises(TemplateError, match='the filter "truncate" failed: expected length >= 3, got 1'):
        ENGINE.render("{{ 'abcdef' | truncate(1) }}", Fake(), Origin("site.yml", 1, 1))


# What is encrypted

PLACE = Origin("vars.yml", 4, 9)


def vaulted(text, password=b"pass"):
    return Vaulted(seal(text.encode(), password), PLACE)


@pytest.fixture
def account():
    KEYRING.use([Key("default", b"pass")])
    return Fake(account={"user": "deploy", "password": vaulted("hunter22"), "lost": vaulted("x", b"other")},
                password=vaulted("hunter22"), lost=vaulted("x", b"other"), through="{{ account }}",
                braces=vaulted("{{ 1 + 1 }}"))


@pytest.mark.parametrize(("text", "value"), [
    ("{{ password }}", "hunter22"), ("-p{{ account.password }}", "-phunter22"),
    ("{{ account['password'] }}", "hunter22"),
    ("{{ account.user }}", "deploy"), ("{{ through.password ~ through.user }}", "hunter22deploy"),
    ("{{ password | length }}", 8), ("{{ password == account.password }}", True), ("{{ braces }}", "{{ 1 + 1 }}"),
    ("{{ account.keys() | list }}", ["user", "password", "lost"])])
def test_encrypted_values_are_text_once_they_are_used(account, text, value):
    assert ENGINE.render(text, account) == value


def test_where_they_stand_by_themselves_they_are_opened_too(account):
    given = {"a": [vaulted("hunter22"), {"b": vaulted("{{ c }}")}]}
    assert ENGINE.render(given, account) == {"a": ["hunter22", {"b": "{{ c }}"}]}
    assert ENGINE.evaluate(vaulted("hunter22"), account) == "hunter22"
    assert "hunter22" in SECRETS.texts


@pytest.mark.parametrize("text", [
    "{{ lost }}", "{{ account.lost }}", "{{ account['lost'] | default('x') }}", "{{ account.lost is defined }}",
    "{{ lost | default('x') }}", "{{ lost is defined }}", "{{ through.lost | default('x') }}", "{{ account }}",
    "{{ account.values() | join }}", "{% for each in account.values() %}{{ each }}{% endfor %}"])
def test_what_no_password_opens_is_an_error_where_it_is_used_which_no_default_hides(account, text):
    with pytest.raises(TemplateError, match="none of the vault passwords given opens it") as caught:
        ENGINE.render(text, account)
    assert caught.value.origin == PLACE
    assert "--vault-password-file" in caught.value.hint


def test_messages_are_cut_only_after_secrets_are_masked(account):
    SECRETS.add("a secret that is longer than what a message quotes, and would show in part " * 2)
    long = "a secret that is longer than what a message quotes, and would show in part " * 2
    with pytest.raises(TemplateError) as caught:
        ENGINE.render("{{ " + repr(long) + " | nope }}", account)
    assert "a secret" not in str(caught.value)
    with pytest.warns(TemplateWarning, match=re.escape(MASK)) as warned:
        ENGINE.truth("long", Fake(long=long))
    assert "a secret" not in str(warned[0].message)
