"""What a container asks for and may use, in the form of core/v1."""

from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema

from dat_operator.api.fields import Resource, rules


def _quantity(least: str, most: str, units: str) -> WithJsonSchema:
    """A Kubernetes quantity within bounds, as text or as a number."""
    value = "quantity(string(self))"
    bounds = f"{value}.compareTo(quantity('{least}')) >= 0 && {value}.compareTo(quantity('{most}')) <= 0"
    text = f"not a quantity of at least {least} and at most {most}: write {units}"
    said = rules((f"isQuantity(string(self)) && {bounds}", text))
    return WithJsonSchema({"x-kubernetes-int-or-string": True, "maxLength": 24, **said})


def _within_limits(name: str) -> tuple[str, str]:
    asked, most = f"string(self.requests.{name})", f"string(self.limits.{name})"
    compared = f"quantity({asked}).compareTo(quantity({most})) <= 0"
    # What is no quantity has its own rule.
    rule = f"!isQuantity({asked}) || !isQuantity({most}) || {compared}"
    return rule, f"requests.{name} is above limits.{name}: lower the one or raise the other"


MOST_CPU, MOST_MEMORY = "4", "4Gi"
"""Far more than a run takes, so no pod of ours takes a whole node. As in the chart's admission policy."""
Text = Annotated[str, Field(coerce_numbers_to_str=True)]
Cpu = Annotated[Text, _quantity("1m", MOST_CPU, "cores (1) or thousandths of one (250m)")]
Memory = Annotated[Text, _quantity("1Mi", MOST_MEMORY, "bytes with a unit (256Mi)")]
# Measured: a run takes 76 MiB, of two tokens or of thirteen.
MemoryLimit = Annotated[Text, _quantity("96Mi", MOST_MEMORY, "bytes with a unit (256Mi); a run takes 76 MiB")]


class Requests(Resource):
    """What a node must have free for it."""

    cpu: Annotated[Cpu, Field(description="Cores.")] = "50m"
    memory: Annotated[Memory, Field(description="Bytes.")] = "96Mi"


class Limits(Resource):
    """The most it gets."""

    cpu: Annotated[Cpu, Field(description="Cores; a container that wants more waits.")] = "1"
    memory: Annotated[MemoryLimit, Field(description="Bytes; a container that takes more is killed.")] = (
        "256Mi"
    )


class Resources(Resource):
    """CPU and memory of a container."""

    requests: Requests = Requests()
    limits: Limits = Limits()

    model_config = ConfigDict(json_schema_extra=rules(_within_limits("cpu"), _within_limits("memory")))
