"""Sockets whose every wait is cut to what is left of the call."""

import socket
import time

import httpcore
import pytest

from modelreg._wire import async_network, network
from modelreg._wire.deadline import TimeLimit
from tests.faults.bad_peers import listening, silent


def limit(seconds):
    made = TimeLimit(seconds)
    made.end = time.monotonic() + seconds
    return made


@pytest.fixture(params=["sync", "async"])
def connect(request):
    """Return a function that connects and does one thing with the stream."""

    async def connect(port, step, *arguments):
        if request.param == "sync":
            stream = network.DeadlineBackend(time.monotonic).connect_tcp("127.0.0.1", port, limit(0.1))
            try:
                return getattr(stream, step)(*arguments)
            finally:
                stream.close()
        stream = await async_network.AsyncDeadlineBackend(time.monotonic).connect_tcp("127.0.0.1", port, limit(0.1))
        try:
            return await getattr(stream, step)(*arguments)
        finally:
            await stream.aclose()

    return connect


async def test_a_wait_that_is_given_no_limit_gets_that_of_the_connection(connect):
    """As the handshake with a SOCKS proxy is."""
    with listening(silent) as port, pytest.raises(httpcore.ReadTimeout):
        await connect(port, "read", 10, None)


async def test_a_read_after_the_end_is_not_begun_even_if_there_is_something(connect):
    over = TimeLimit(10.0)
    over.end = time.monotonic() - 1

    def talk(connection, stop):
        connection.sendall(b"there")
        stop.wait()

    with listening(talk) as port:
        with pytest.raises(httpcore.ReadTimeout):
            await connect(port, "read", 10, over)
        with pytest.raises(httpcore.WriteTimeout):
            await connect(port, "write", b"x", over)


@pytest.mark.parametrize(
    ("host", "is_one"), [("127.0.0.1", True), ("::1", True), ("localhost", False), ("1.2.3", False)]
)
def test_an_address_needs_no_look_up(host, is_one):
    assert network.is_address(host) is is_one


def test_a_closed_or_hung_up_connection_is_readable():
    near, far = socket.socketpair()
    stream = network.DeadlineStream(near, time.monotonic)
    assert stream.get_extra_info("is_readable") is False
    far.close()
    assert stream.get_extra_info("is_readable") is True
    stream.close()
    assert stream.get_extra_info("is_readable") is True
