"""Shared by devcluster and the tools in hack/: builds in the user cache, progress, Debian packages, ports.

Standard library only: every tool runs before the project's virtual environment exists.
"""
