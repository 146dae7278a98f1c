"""The custom resources as pydantic models. The CRDs are generated from the models."""

GROUP = "dat.asdf.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
