"""Reads the configuration of an ecosystem: the JSON document that the operator renders."""

from pathlib import Path

from pydantic import ValidationError

from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.entry.cli.validation import path_of, sentence

REMEDY = (
    "take the file from the ecosystem's ConfigMap: "
    r"kubectl get configmap NAME-config -o jsonpath='{.data.ecosystem\.json}'"
)


def load_config(path: Path) -> EcosystemConfig:
    """The configuration. Raises DatError for a file that cannot be read or that holds something else."""
    try:
        return EcosystemConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DatError(f"--config: cannot read {path}: {error.strerror}") from None
    except ValidationError as error:
        raise DatError(f"--config: {path}: {sentence(error, path_of)}; {REMEDY}") from None
