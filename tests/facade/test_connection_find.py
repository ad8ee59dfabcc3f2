"""What the engine above uses of a connection: find routes, fields by version, and the time that is left."""

import httpx
import pytest

from modelreg import errors
from modelreg._async.connection import AsyncConnection
from modelreg.config import Settings, Timeouts
from tests.facade.test_connection import Server, speaking
from tests.faults.driving import SERVER, Driven


class TestFind:
    async def find(self, driven, url="/registered_model"):
        found = driven.inner.find("get", url, params={"name": "x"})
        return await found if isinstance(driven.inner, AsyncConnection) else found

    async def test_a_record_is_returned(self, colour):
        assert (await self.find(Driven(colour, transport=speaking("v1")))).json() == {"id": "1"}

    async def test_what_a_registry_does_not_have_is_none(self, colour):
        server = Server(lambda _: httpx.Response(404, json={"code": "Not Found", "message": "no"}))
        driven = Driven(colour, transport=server)
        assert await self.find(driven) is None
        assert len(server.asked) == 1
        assert driven.inner.describe()["api_version"].value == "v1"

    async def test_a_404_that_is_no_registrys_is_an_error(self, colour):
        with pytest.raises(errors.InvalidResponse) as caught:
            await self.find(Driven(colour, transport=speaking()))
        assert caught.value.reason == "not_a_registry"

    async def test_other_failures_are_raised(self, colour):
        server = Server(lambda _: httpx.Response(403, json={"code": "Forbidden", "message": "no"}))
        with pytest.raises(errors.Forbidden):
            await self.find(Driven(colour, transport=server))


class TestClosed:
    async def test_it_is_told(self, colour):
        driven = Driven(colour, transport=speaking("v1"))
        assert not driven.inner.closed
        await driven.close()
        assert driven.inner.closed


async def test_a_fixed_version_lacks_an_operation_before_anything_is_sent(colour):
    server = speaking("v1", "v1alpha3")
    driven = Driven(colour, Settings(base_url=SERVER, api_version="v1"), transport=server)
    with pytest.raises(errors.UnsupportedByServer) as caught:
        await driven.get("/experiments")
    assert caught.value.reason == "unsupported_version"
    assert caught.value.details == {"needs": ("v1alpha3",), "operation": "get_experiments"}
    assert server.asked == []


async def test_fields_that_the_servers_version_lacks_are_refused(colour):
    driven = Driven(colour, transport=speaking("v1"))
    driven.inner.check_fields("ModelArtifact", {"experimentId": "1"})
    await driven.get()
    with pytest.raises(errors.UnsupportedByServer):
        driven.inner.check_fields("ModelArtifact", {"experimentId": "1"})
    driven.inner.check_fields("ModelArtifact", {"name": "x"})


async def test_the_time_left_is_handed_to_a_transport(colour):
    server = speaking("v1")
    settings = Settings(base_url=SERVER, timeouts=Timeouts(total=3, connect=10, read=30))
    await Driven(colour, settings, transport=server).get()
    assert dict(server.asked[0].extensions["timeout"]) == {"connect": 3, "read": 3, "write": 3, "pool": 3}
