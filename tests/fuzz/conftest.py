"""How many inputs are tried: a few and always the same in `make test`, as many as there is time for by `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "database": None, "print_blob": False,
          "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example,
                                    HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]}
settings.register_profile("test", derandomize=True, max_examples=40, **COMMON)
settings.register_profile("fuzz", max_examples=int(os.environ.get("FUZZ", "10000")), **COMMON)
settings.load_profile("fuzz" if "FUZZ" in os.environ else "test")
