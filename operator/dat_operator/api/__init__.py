"""The custom resources, as pydantic models: the single source of the CRDs."""

GROUP = "dat.asdf.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
