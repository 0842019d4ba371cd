"""Makes small playbooks at random, of what could tell tasks sent ahead from tasks carried out one by one."""

import random

import yaml

NAMES = ("p", "q", "r")
FILES = tuple(f"{{{{ scratch }}}}/{name}-{{{{ inventory_hostname }}}}" for name in ("one", "two"))
HANDLER = "echo {} >> {{{{ scratch }}}}/handlers-{{{{ inventory_hostname }}}}"
TEXTS = ("{{ lazy }}", "{{ p.rc }}", "{{ p is string }}", "{{ r.stdout | d('-') }}", "{{ item | d('-') }}")
ENDS = ("", "", "", "", "exit 0", "exit 1", "exit 2", "test '{{ item | d(1) }}' != 1")
VALUES = ("{{ 1 + 1 }}", "{{ p.stdout | d(p) | length }}", "{{ q is failed }}", "{{ lazy }}",
          *(f"{{{{ lookup('file', scratch ~ '/{name}-' ~ inventory_hostname) }}}}" for name in ("one", "two")))
CONDITIONS = ("p is defined", "q is failed", "r is defined", "q is not defined or q is string", "r is changed",
              "lazy | length > 2", True, "inventory_hostname == 'a'")


class Maker:
    """Makes one playbook; the same seed gives the same.

    Failures, slow tasks, blocks, loops, handlers and variables are mixed such that later tasks depend on earlier ones,
    and now and then on what is not there.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.number = 0

    def playbook(self):
        tasks = self.tasks(self.random.randint(4, 9), 0)
        handlers = [self.named({"shell": HANDLER.format(name)}, name) for name in ("h1", "h2")]
        handlers[0]["notify"] = "h2"
        play = {"hosts": "a, b", "gather_facts": False, "force_handlers": self.chance(0.3), "tasks": tasks,
                "vars": {"p": "play", "lazy": "{{ q.rc | d('-') }}{{ r.rc | d('-') }}"}, "handlers": handlers}
        return yaml.safe_dump([play], sort_keys=False)

    def chance(self, share):
        return self.random.random() < share

    def named(self, task, name=None):
        self.number += 1
        return {"name": name or f"t{self.number}", **task}

    def tasks(self, count, depth):
        made = [self.block(depth) if depth < 3 and self.chance(0.35) else self.task() for _ in range(count)]
        return made if depth else [*made, self.witness()]

    def block(self, depth):
        made = {"block": self.tasks(self.random.randint(2, 5), depth + 1)}
        if self.chance(0.7):
            made["rescue"] = [self.witness(), *self.tasks(self.random.randint(0, 2), depth + 1)]
        if self.chance(0.4):
            made["always"] = self.tasks(1, depth + 1)
        if self.chance(0.2):
            made["when"] = self.condition()
        return made

    def witness(self):
        """Return a task that tells what every name holds."""
        shown = (f"{{{{ {name}.rc | d({name} if {name} is string or {name} is number else '-') }}}}" for name in NAMES)
        return self.named({"debug": {"msg": " ".join(shown)}})

    def task(self):
        kinds = [self.shell] * 6 + [self.set_fact] * 5 + [self.copy, self.check, self.meta]
        task = self.named(self.random.choice(kinds)())
        if "meta" in task:
            return task
        if self.chance(0.2):
            task["when"] = self.condition()
        if self.chance(0.2):
            task["loop"] = self.random.choice(([1, 2, 3], ["x"], "{{ [1, 0] }}", "{{ nope }}"))
        if self.chance(0.4):
            task["register"] = self.random.choice(NAMES)
        if self.chance(0.25):
            task["notify"] = self.random.choice(("h1", "h2", "{{ 'h1' if p is string else 'h2' }}"))
        if self.chance(0.15):
            task["ignore_errors"] = True
        self.judge(task)
        return task

    def judge(self, task):
        """Let the controller have a say in what has failed or changed, now and then."""
        if self.chance(0.1):
            task["failed_when"] = self.random.choice((False, True, f"{self.random.choice(NAMES)} is defined", "nope"))
        if self.chance(0.1):
            task["changed_when"] = self.random.choice((False, True, "q is defined"))
        if self.chance(0.08):
            task.update(retries=1, delay=0)

    def shell(self):
        slow = self.random.choice(("", "", "", "sleep 0.03; "))
        text = "fine" if self.chance(0.6) else self.random.choice(TEXTS)
        line = f"{slow}echo {self.number} '{text}' >> {self.random.choice(FILES)}"
        return {"shell": "; ".join(part for part in (line, self.random.choice(ENDS)) if part)}

    def set_fact(self):
        value = f"text {self.number}" if self.chance(0.6) else self.random.choice(VALUES)
        return {"set_fact": {self.random.choice(NAMES): value}}

    def copy(self):
        return {"copy": {"content": "{{ p.stdout | d() }}", "dest": self.random.choice(FILES)}}

    def check(self):
        return {"assert": {"that": self.condition()}}

    def meta(self):
        return {"meta": self.random.choice(("flush_handlers", "flush_handlers", "noop"))}

    def condition(self):
        return self.random.choice(CONDITIONS)
