"""Options that every ring knows."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the present plans into tests/unit/controller/golden/*/output.yaml; then read the diff",
    )
