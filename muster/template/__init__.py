"""Templates: strings with `{{ }}` in playbooks, conditions, and template files.

Only `OMIT` is given here, so that importing it costs nothing; `muster.template.engine` imports Jinja.
"""

from muster.template.omit import OMIT

__all__ = ["OMIT"]
