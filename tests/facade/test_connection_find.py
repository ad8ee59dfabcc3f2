"""What the engine above uses of a connection: find routes, fields by version, and the time that is left."""

import httpx
import pytest

from modelreg import errors
from modelreg._async.connection import AsyncConnection
from modelreg._config import Settings, Timeouts
from tests.facade.test_connection import Server, speaking
from tests.faults.sync_or_async import SERVER, AwaitableConnection


class TestFind:
    async def find(self, connection, url="/registered_model"):
        found = connection.inner.find("get", url, params={"name": "x"})
        return await found if isinstance(connection.inner, AsyncConnection) else found

    async def test_a_record_is_returned(self, mode):
        assert (await self.find(AwaitableConnection(mode, transport=speaking("v1")))).json() == {"id": "1"}

    async def test_what_a_registry_does_not_have_is_none(self, mode):
        server = Server(lambda _: httpx.Response(404, json={"code": "Not Found", "message": "no"}))
        connection = AwaitableConnection(mode, transport=server)
        assert await self.find(connection) is None
        assert len(server.requests) == 1
        assert connection.inner.describe()["api_version"].value == "v1"

    async def test_a_404_that_is_no_registrys_is_an_error(self, mode):
        with pytest.raises(errors.InvalidResponse) as caught:
            await self.find(AwaitableConnection(mode, transport=speaking()))
        assert caught.value.reason == "not_a_registry"

    async def test_other_failures_are_raised(self, mode):
        server = Server(lambda _: httpx.Response(403, json={"code": "Forbidden", "message": "no"}))
        with pytest.raises(errors.Forbidden):
            await self.find(AwaitableConnection(mode, transport=server))


class TestClosed:
    async def test_it_is_told(self, mode):
        connection = AwaitableConnection(mode, transport=speaking("v1"))
        assert not connection.inner.closed
        await connection.close()
        assert connection.inner.closed


async def test_a_fixed_version_lacks_an_operation_before_anything_is_sent(mode):
    server = speaking("v1", "v1alpha3")
    connection = AwaitableConnection(mode, Settings(base_url=SERVER, api_version="v1"), transport=server)
    with pytest.raises(errors.UnsupportedByServer) as caught:
        await connection.get("/experiments")
    assert caught.value.reason == "unsupported_version"
    assert caught.value.details == {"needs": ("v1alpha3",), "operation": "get_experiments"}
    assert server.requests == []


async def test_fields_that_the_servers_version_lacks_are_refused(mode):
    connection = AwaitableConnection(mode, transport=speaking("v1"))
    connection.inner.check_fields("ModelArtifact", {"experimentId": "1"})
    await connection.get()
    with pytest.raises(errors.UnsupportedByServer):
        connection.inner.check_fields("ModelArtifact", {"experimentId": "1"})
    connection.inner.check_fields("ModelArtifact", {"name": "x"})


async def test_the_time_left_is_handed_to_a_transport(mode):
    server = speaking("v1")
    settings = Settings(base_url=SERVER, timeouts=Timeouts(total=3, connect=10, read=30))
    await AwaitableConnection(mode, settings, transport=server).get()
    assert dict(server.requests[0].extensions["timeout"]) == {"connect": 3, "read": 3, "write": 3, "pool": 3}
