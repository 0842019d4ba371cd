"""A template with anything in it is rendered, or refused as a template."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.errors import InputError, Origin
from muster.template.engine import Engine
from muster.template.filters import FILTERS
from muster.template.tests import TESTS
from tests.fuzz.bounds import bounded, hurried
from tests.fuzz.mutations import VALUES, among
from tests.template.fake import Fake

HERE = Origin("site.yml", 1, 1)
# What looks at files, at the network or at the clock, or takes its time on purpose.
OUTSIDE = ("password_hash", "fileglob", "realpath", "expanduser", "expandvars", "ansible_managed")
OWN = sorted({*FILTERS} - {*OUTSIDE})
JINJA = ("abs attr batch capitalize default d dictsort escape first float format groupby indent int items join last "
         "length list lower map max min pprint reject rejectattr replace reverse round safe select selectattr slice "
         "sort string striptags sum title tojson trim truncate upper urlencode urlize wordcount wordwrap "
         "xmlattr").split()
NAMES = ["a", "b", "c", "text", "number", "many", "deep", "nothing", "missing", "itself", "omit", "loop", "self",
         "namespace()", "range(5)", "lipsum(1)", "now()", "lookup('items', a)", "query('dict', deep)", "cycler(1, 2)",
         "lookup('nothing')", "undef('x')", "dict(a=1)", "joiner(',')", "varargs", "caller()", "super()", "true"]
CONSTANTS = ["0", "1", "-1", "1.5", "1e400", "9" * 400, "''", "'a'", "'%s'", "'{}'", "'(a+)+$'", "'['", "'\\\\'",
             "'\\x00'",
             "[]", "[1, 'a']", "[none]", "{}", "{'a': 1}", "{1: {2: [3]}}", "()", "none", "true", "'\u20ac'"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "and", "or", "in", "not in", ",",
             "if 1 else"]
SUFFIXES = [".a", ".keys()", ".append(1)", ".__class__", ".format(1)", "[0]", "['a']", "[1:]", "[::-1]", "[::0]",
            "(1)", "()",
            "(a=1)", "(*a)", "(**a)", ".x.y.z", "[missing]", ".split()", ".update(a)", ".items() | list"]
STATEMENTS = ["{{ %s }}", "{%% if %s %%}a{%% endif %%}", "{%% for x in %s %%}{{ x }}{{ loop.index }}{%% endfor %%}",
              "{%% set x = %s %%}{{ x }}", "{%% macro m(x) %%}{{ x }}{%% endmacro %%}{{ m(%s) }}", "{%% do %s %%}",
              "{# %s #}",
              "{%% filter upper %%}{{ %s }}{%% endfilter %%}", "{%% with x = %s %%}{{ x }}{%% endwith %%}",
              "{{ %s }} and text",
              "{%% raw %%}{{ %s }}{%% endraw %%}", "{%% include %s %%}", "{%% import %s as x %%}{{ x.y }}",
              "{%% extends %s %%}", "{%% block x %%}{{ %s }}{%% endblock %%}", "{%% call %s %%}a{%% endcall %%}",
              "{%%- for x in %s recursive -%%}{{ loop(x) }}{%%- endfor -%%}", "{{ {'k': %s} }}", "{{ [%s, %s] }}",
              "{%% for x in a if %s %%}{%% break %%}{%% endfor %%}",
              "{%% macro m() %%}{{ m() }}{{ %s }}{%% endmacro %%}{{ m() }}"]


@pytest.fixture(scope="module", autouse=True)
def bounds():
    with bounded():
        yield


def extended(inner):
    """Return expressions made of smaller ones."""
    return st.one_of(
        st.builds("({} {} {})".format, inner, among(OPERATORS), inner),
        st.builds("{}{}".format, inner, among(SUFFIXES)),
        st.builds("{} | {}".format, inner, among(OWN + JINJA)),
        st.builds("{} | {}({})".format, inner, among(OWN + JINJA), inner),
        st.builds("{} | {}({}, {})".format, inner, among(OWN + JINJA), inner, inner),
        st.builds("({} is {})".format, inner, among(sorted(TESTS))),
        st.builds("({} is not {}({}))".format, inner, among(sorted(TESTS)), inner),
        st.builds("{} | map('{}') | list".format, inner, among(OWN + JINJA)),
        st.builds("(not {})".format, inner))


EXPRESSIONS = st.recursive(among(NAMES + CONSTANTS), extended, max_leaves=6)


@st.composite
def templates(draw):
    """Draw one or two statements, now and then with a character too many or too few."""
    made = ""
    for statement in draw(st.lists(among(STATEMENTS), min_size=1, max_size=2)):
        made += statement % ((draw(EXPRESSIONS),) * statement.replace("%%", "").count("%s"))
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(made)))
        made = made[:at] + draw(among(["{{", "}}", "%}", "'", "(", ")", "|", "\\", "\n", "{%", "",
                                       "\0"])) + made[at + 1:]
    return made


VALUE = among(VALUES)
VARIABLES = st.fixed_dictionaries({
    "a": VALUE, "b": VALUE, "c": st.lists(VALUE, max_size=3), "text": st.text(max_size=5),
    "number": st.integers() | st.floats(),
    "many": st.just(list(range(50))), "deep": st.dictionaries(st.text("ab", max_size=1), VALUE, max_size=3),
    "nothing": st.none(), "itself": st.just("{{ itself }}")})


def tried(render, *arguments):
    """Render; the only error there may be is one of ours, and it can be shown."""
    with warnings.catch_warnings(), hurried():
        warnings.simplefilter("ignore")
        try:
            render(*arguments)
        except InputError as error:
            assert str(error)


@given(template=templates(), variables=VARIABLES)
def test_a_text(template, variables):
    tried(Engine().render, template, Fake(variables), HERE)


@given(expression=EXPRESSIONS, variables=VARIABLES)
def test_a_condition(expression, variables):
    tried(Engine().truth, expression, Fake(variables), HERE)


@given(template=templates(), variables=VARIABLES)
def test_a_file(template, variables):
    tried(Engine().templates.file, template, Fake(variables), "motd.j2")


@given(structure=st.recursive(among(VALUES) | templates(), lambda inner: st.lists(inner, max_size=3)
                              | st.dictionaries(templates() | among(["a", "b"]), inner, max_size=3), max_leaves=5))
def test_a_structure(structure):
    tried(Engine().render, structure, Fake(a=1, b="{{ c }}", c=["x"]), HERE)
