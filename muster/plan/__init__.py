"""From a playbook and an inventory to a plan: roles expanded, tags and limit applied, every name checked.

Names are settled here, values when a task is sent. What a task inherits from its blocks, roles and play is put
together once (`Settings`), so that nothing has to climb a tree at run time.
"""

from muster.load.playbook import as_list as as_list
from muster.plan.batches import batches as batches
from muster.plan.checks import not_async as not_async
from muster.plan.expander import Expander as Expander
from muster.plan.expander import replace_selection as replace_selection
from muster.plan.plays import Plan as Plan
from muster.plan.plays import PlayPlan as PlayPlan
from muster.plan.plays import is_gathering as is_gathering
from muster.plan.plays import make_plan as make_plan
from muster.plan.selection import Selection as Selection
from muster.plan.settings import Settings as Settings
from muster.plan.settings import layers_of as layers_of
from muster.plan.settings import tag_words as tag_words
from muster.plan.steps import BlockStep as BlockStep
from muster.plan.steps import Node as Node
from muster.plan.steps import Position as Position
from muster.plan.steps import Step as Step
from muster.plan.steps import flat as flat
from muster.plan.vars_files import HostsFile as HostsFile
from muster.plan.vars_files import layer_of as layer_of
