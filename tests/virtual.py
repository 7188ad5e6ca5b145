"""An event loop whose time is not ours: where everybody waits, it jumps to the next moment."""

import asyncio
import selectors

EPOCH = 1_735_603_200.0  # what `now` says when a loop begins: the end of the made-up world


class _Patience(selectors.DefaultSelector):
    """Waits for nothing: what it was to wait for is added to the time of its loop."""

    loop = None

    def select(self, timeout=None):
        found = super().select(0)
        if not found and timeout:
            self.loop.passed += timeout
        elif not found and timeout is None:
            return super().select(None)
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop on virtual time; for tasks that talk to each other in this process only."""

    def __init__(self):
        self.passed = 0.0
        patience = _Patience()
        patience.loop = self
        super().__init__(patience)

    def time(self):
        """Give the time that passed."""
        return self.passed


def now():
    """Give the time in a virtual loop, as seconds since 1970."""
    return EPOCH + asyncio.get_running_loop().time()


def run(coroutine):
    """Run on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)
