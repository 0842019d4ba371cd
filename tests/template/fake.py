"""Variables for tests: a dictionary of untemplated values, rendered when they are asked for."""

from muster.template.engine import Engine

ENGINE = Engine()


class Fake:
    """What the engine reads from; it notes which names were asked for, and how often it was told to settle."""

    def __init__(self, values=None, paths=(), **more):
        self.values = {**(values or {}), **more}
        self.paths = list(paths)
        self.asked = []
        self.settled = 0

    def get(self, name):
        self.asked.append(name)
        return ENGINE.render_lazy(self.values[name], self, name=name)

    def names(self):
        return self.values

    def settle(self):
        self.settled += 1

    def search_paths(self, kind):
        return self.paths


def evaluate(expression, values=None, paths=(), **more):
    return ENGINE.evaluate(expression, Fake(values, paths, **more))
