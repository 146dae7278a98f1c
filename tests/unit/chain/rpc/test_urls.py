import pytest

from dat_operator.chain.rpc.urls import (
    check_url,
    redacted,
    websocket_url,
    without_credentials,
)
from dat_operator.domain.errors import DatError

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    "url", ["https://user:pa/ss@host/", "http://host:port/", "https://[::1", "https://a b/\x07"]
)
def test_what_is_no_url_is_refused_without_telling_it(url: str) -> None:
    """A key with a stray character must not end as a traceback with the key in it."""
    with pytest.raises(DatError, match=r"spec\.rpc\.endpoints: number 2 is no URL") as caught:
        check_url(url, "number 2")
    assert "ss@" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://one.example/{SECRET}", "https://one.example"),
        (f"https://user:{SECRET}@two.example:8899/?api-key={SECRET}", "https://two.example:8899"),
        ("http://h/?k=1#f", "http://h"),
    ],
)
def test_redaction_keeps_scheme_host_and_port(url: str, shown: str) -> None:
    assert redacted(url) == shown


def test_what_an_endpoint_says_loses_what_may_be_a_credential() -> None:
    url = "https://somebody:pass%21word@h/v2/0123456789ab?api-key=fedcba987654"
    said = "v2: somebody, pass!word and 0123456789ab of h have no fedcba987654"
    assert without_credentials(said, url) == "v2: ***, *** and *** of h have no ***"


@pytest.mark.parametrize(
    ("url", "subscriptions"),
    [
        (f"https://h.example/?api-key={SECRET}", f"wss://h.example/?api-key={SECRET}"),
        (f"https://user:{SECRET}@h.example/v2", f"wss://user:{SECRET}@h.example/v2"),
        ("http://127.0.0.1:8899", "ws://127.0.0.1:8900"),
        ("https://[::1]:8899/x", "wss://[::1]:8900/x"),
        ("https://h.example:443/", "wss://h.example/"),
    ],
)
def test_subscriptions_are_where_solanas_own_clients_expect_them(url: str, subscriptions: str) -> None:
    assert websocket_url(url) == subscriptions


@pytest.mark.parametrize("url", ["http://", "https://h:65536", "https://h:x", "http://[::1"])
def test_a_url_that_leads_nowhere(url: str) -> None:
    check_url("https://h:65535/x", "number 1")
    with pytest.raises(DatError, match="number 2 is no URL; correct it"):
        check_url(url, "number 2")
