"""The first of the shipped files to run on a host: makes the others importable from memory, then starts the agent.

The `-c` program on the command line (see `muster.connect.archive`) has read the archive into `sources`, a dictionary
{module name: source text, or code that is compiled already}, and executes this file with it. Nothing is written to
the host's disk.
"""

import sys


class Memory:
    """Imports modules from the archive; a package is a name that others begin with."""

    def __init__(self, sources):
        self.sources = sources
        self.packages = ("muster", "muster.target", "tasks")

    def find_spec(self, name, path=None, target=None):
        if name in self.sources or name in self.packages:
            # The class of module specs is taken from one that exists, which saves importing importlib.
            return type(sys.__spec__)(name, self, is_package=name in self.packages)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__
        code = self.sources.get(name, "")
        if isinstance(code, str):
            code = compile(code, "muster:" + name.replace(".", "/") + ".py", "exec")
        exec(code, module.__dict__)


class SitePackages:
    """Adds the host's installed packages to the path when something first asks for one: Python was started without."""

    # Modules of other systems that the standard library tries to import and does without.
    foreign = ("msvcrt", "nt", "winreg", "java", "vms_lib", "org")

    def find_spec(self, name, path=None, target=None):
        if path is not None or name.startswith("_") or name in self.foreign:
            return None
        sys.meta_path.remove(self)
        import importlib.util
        import site

        site.main()
        return importlib.util.find_spec(name)


def start(sources, received):
    """Serve calls from standard input until it ends; `received` has been read from it already."""
    import gc
    import os

    # Compiling what was shipped makes much and drops little of it: looking for garbage takes a tenth of that time.
    gc.set_threshold(100000, 50, 50)
    sys.meta_path.insert(0, Memory(sources))
    sys.meta_path.append(SitePackages())
    from muster.target import agent

    agent.main(received, sources)
    # Everything has been sent; taking the interpreter apart would cost milliseconds.
    os._exit(0)
