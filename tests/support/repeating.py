"""Work that goes on while a test does something else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def again_and_again(work: Callable[[], object], every: float) -> Iterator[None]:
    """Do it in a thread of its own, with so many seconds before each time; it has ended when this ends."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(every):
            work()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
