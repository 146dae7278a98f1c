from dat_operator.controller.objects.watch_health import WatchHealth


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_watch_is_silent_when_others_are_opened_and_it_is_not() -> None:
    clock = Clock()
    health = WatchHealth(clock)
    health.opened("pods")
    for clock.seconds in (300.0, 420.0):
        health.opened("jobs")
        health.answered()
        assert health.silent() == []
    clock.seconds = 600.0
    health.opened("jobs")
    health.answered()
    assert health.silent() == ["pods"]
    health.opened("pods")
    assert health.silent() == []


def test_a_refusal_is_an_answer() -> None:
    """A right that was taken away: the watch will not come back by waiting."""
    clock = Clock()
    health = WatchHealth(clock)
    health.opened("pods")
    clock.seconds = 421.0
    health.answered()
    assert health.silent() == ["pods"]


def test_an_api_server_that_is_away_is_no_fault_of_ours() -> None:
    clock = Clock()
    health = WatchHealth(clock)
    health.opened("pods")
    clock.seconds = 3600.0
    assert health.silent() == []
