"""The resources of examples/localnet, as they are applied there."""

import yaml

from hack.common.paths import REPO
from tests.support.cluster.api_server import Body

EXAMPLES = REPO / "examples/localnet"


ECOSYSTEM: Body = yaml.safe_load((EXAMPLES / "ecosystem.yaml").read_text())


TOKENS: list[Body] = list(yaml.safe_load_all((EXAMPLES / "tokens.yaml").read_text()))
