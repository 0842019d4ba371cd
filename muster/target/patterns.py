"""Regular expressions, compiled without the module `re` where that can be.

Python's compiler for them is a small part of what `import re` loads: enum, functools and collections come with it, for
flags that nobody here passes and for a cache of its own. Without them the first regular expression costs a host a
third of that (measured with Python 3.11: 3 ms of CPU against 9), which is as much as fifty tasks on files that are as
they should be. The expressions and what they find are the same.
"""

import os
import sys

from muster.target.task import Failure

MULTILINE, DOTALL = 8, 16  # As re has them.


def compiled(regexp, flags=0):
    """Return the compiled regular expression; raise Failure when it is none."""
    compile_pattern, wrong = compiler()
    try:
        return compile_pattern(regexp, flags)
    except wrong as error:
        raise Failure("%s is no regular expression: %s" % (regexp, error))


def errors_of_replacements():
    """Return the classes of errors that a replacement raises when it names no group; Python itself loads re for it."""
    import re

    return re.error, IndexError


def compiler():
    """Return two things: the function that compiles a regular expression, and the class of the errors it raises."""
    if "re" not in sys.modules:
        try:
            half = compiling_half()
            return half.compile, half.error
        except (ImportError, AttributeError):
            pass  # Another Python has it elsewhere, and then it comes with all the rest.
    import re

    return re.compile, re.error


def compiling_half():
    """Return the module of Python's library that holds the compiler."""
    if sys.version_info < (3, 11):
        import sre_compile

        return sre_compile
    # Since 3.11 it is a module of the package re, and whoever imports one of a package's modules imports the package.
    # Under another name the package is empty, and its modules are found in the same directory.
    name = __name__ + "_of_python"
    if name not in sys.modules:
        package = type(sys)(name)
        package.__path__ = [os.path.join(os.path.dirname(os.__file__), "re")]
        sys.modules[name] = package
    return __import__(name + "._compiler", fromlist=["*"])
