"""Requests and limits of a container, in the form of core/v1."""

from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema

from dat_operator.api.fields import Resource, rules


def _quantity(least: str, most: str, units: str) -> WithJsonSchema:
    """Return the schema of a Kubernetes quantity within bounds, as text or as a number."""
    value = "quantity(string(self))"
    bounds = f"{value}.compareTo(quantity('{least}')) >= 0 && {value}.compareTo(quantity('{most}')) <= 0"
    text = f"not a quantity of at least {least} and at most {most}: write {units}"
    said = rules((f"isQuantity(string(self)) && {bounds}", text))
    return WithJsonSchema({"x-kubernetes-int-or-string": True, "maxLength": 24, **said})


def _within_limits(name: str) -> tuple[str, str]:
    asked, most = f"string(self.requests.{name})", f"string(self.limits.{name})"
    compared = f"quantity({asked}).compareTo(quantity({most})) <= 0"
    # Another rule rejects values that are no quantity.
    rule = f"!isQuantity({asked}) || !isQuantity({most}) || {compared}"
    return rule, f"requests.{name} is above limits.{name}: lower the request or raise the limit"


MOST_CPU, MOST_MEMORY = "4", "4Gi"
"""Far more than a run needs, and less than a node has. The chart's admission policy has the same bounds."""
Text = Annotated[str, Field(coerce_numbers_to_str=True)]
Cpu = Annotated[Text, _quantity("1m", MOST_CPU, "cores (1) or thousandths of one (250m)")]
Memory = Annotated[Text, _quantity("1Mi", MOST_MEMORY, "bytes with a unit (256Mi)")]
# Measured: a run needs 76 MiB, with two tokens or with thirteen.
MemoryLimit = Annotated[Text, _quantity("96Mi", MOST_MEMORY, "bytes with a unit (256Mi); a run needs 76 MiB")]


class Requests(Resource):
    """The resources that a node must have free for the container."""

    cpu: Annotated[Cpu, Field(description="Requested CPU, cores.")] = "50m"
    memory: Annotated[Memory, Field(description="Requested memory, bytes.")] = "96Mi"


class Limits(Resource):
    """The most that the container may use."""

    cpu: Annotated[
        Cpu, Field(description="Most CPU, cores. The kernel slows the container down at this limit.")
    ] = "1"
    memory: Annotated[
        MemoryLimit, Field(description="Most memory, bytes. The kernel kills the container above this limit.")
    ] = "256Mi"


class Resources(Resource):
    """CPU and memory of a container."""

    requests: Requests = Requests()
    limits: Limits = Limits()

    model_config = ConfigDict(json_schema_extra=rules(_within_limits("cpu"), _within_limits("memory")))
