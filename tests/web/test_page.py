"""The page over HTTP: what it shows, what it refuses, what it writes."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from modelreg import ModelRegistry
from tests.web.page_site import HOSTILE, Markup, addresses, fill, fill_hostile, form_token, opened, served


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with served(tmp_path_factory.mktemp("page") / "r.db") as site:
        fill(site.registry)
        yield site


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    with served(tmp_path_factory.mktemp("hostile") / "r.db") as site:
        fill_hostile(site.registry)
        yield site


@pytest.fixture
def client(site):
    with httpx.Client(base_url=site.url, timeout=30) as client:
        yield client


def post(client, path, page, **form):
    return client.post(path, data={"form_token": form_token(client, page), **form})


@pytest.mark.parametrize(
    "name", ["models", "model", "version", "compare", "experiments", "experiment", "run", "services", "doctor"]
)
def test_every_page_opens_with_strict_headers(site, client, name):
    response = client.get(addresses(site.registry, "fraud")[name])
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert Markup(response.text).forbidden == []


def test_what_stands_on_a_models_page(site, client):
    text = client.get(addresses(site.registry, "fraud")["model"]).text
    for part in (
        "Scores card payments",
        "champion",
        "better on the October set",
        "<strong>90 days</strong>",
        "<polyline",
    ):
        assert part in text
    assert "<img" not in text
    assert 'href="https://example.com/roc.png"' in text


def test_a_versions_page_shows_the_digest_and_size_of_its_files(fresh, tmp_path):
    site, client = fresh
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "model.bin").write_bytes(bytes(2048))
    done = site.registry.register("m", "3", files=tmp_path / "weights", to=(tmp_path / "store").as_uri())
    text = client.get(f"/versions/{done.version.id}").text
    for part in (done.artifact.properties["digest"], "2 KiB", "signature", "modelreg verify m@3"):
        assert part in text


def test_a_version_leads_to_the_run_that_made_it_and_back(fresh):
    site, client = fresh
    experiment = site.registry.experiments.upsert("tuning")
    run = site.registry.runs.upsert("run-1", experiment=experiment)
    version = site.registry.register("m", "3", uri="s3://m/3", run=("tuning", "run-1")).version
    assert f'href="/runs/{run.id}"' in client.get(f"/versions/{version.id}").text
    assert f'href="/versions/{version.id}"' in client.get(f"/runs/{run.id}").text
    site.registry.versions.update(version, properties={"experiment_run_id": "999999"})
    assert client.get(f"/versions/{version.id}").status_code == 200


def test_search_filter_and_archived_on_demand(site, client):
    assert "fraud" in client.get("/?q=PAYMENTS").text
    assert "No model fits" in client.get("/?q=nothing-like-it").text
    owned = client.get("/", params={"where": "owner = 'bo'"}).text
    assert "vision/defects" in owned
    assert "Scores card payments" not in owned
    assert 'aria-invalid="true"' in client.get("/", params={"where": "owner ="}).text
    site.registry.models.upsert("put away", state="ARCHIVED")
    assert "put away" not in client.get("/").text
    assert "put away" in client.get("/?archived=1").text


def test_versions_are_sorted_by_a_metric(site, client):
    path = addresses(site.registry, "fraud")["model"]
    names = [
        part.split("<")[0]
        for part in client.get(f"{path}?sort=prop:loss").text.split('<th scope="row" class="main">')[1:]
    ]
    assert len(names) == 12
    text = client.get(f"{path}?sort=prop:loss").text
    assert text.index("<bdi>1.11.0</bdi></a>") < text.index("<bdi>1.0.0</bdi></a>")
    text = client.get(f"{path}?sort=prop:loss&desc=1").text
    assert text.index("<bdi>1.0.0</bdi></a>") < text.index("<bdi>1.11.0</bdi></a>")


def test_a_long_list_goes_on_by_id(fresh):
    site, client = fresh
    for number in range(60):
        site.registry.versions.upsert(f"v{number:02}", model="m")
    path = addresses_of(site.registry)
    first = client.get(path).text
    assert ">v59</bdi>" in first
    assert ">v00</bdi>" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert ">v00</bdi>" in client.get(following).text


def addresses_of(registry: ModelRegistry) -> str:
    return f"/models/{registry.models.get(name='m').id}"


def test_a_comparison_by_reference_puts_differences_first(client):
    text = client.get("/compare?v=fraud@1.0.0&v=fraud@champion").text
    assert "params.depth" in text
    assert "better" in text
    assert "dataset" not in text
    assert "dataset" in client.get("/compare?v=fraud@1.0.0&v=fraud@champion&all=1").text
    assert client.get("/compare", params={"v": [f"fraud@1.{at}.0" for at in range(9)]}).status_code == 400


@pytest.mark.parametrize("path", ["/models/999999", "/versions/999999", "/runs/999999", "/no/such", "/static/page.py"])
def test_what_is_not_there_is_404(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["models", "model", "version", "compare", "experiments", "experiment", "run", "services", "doctor"]
)
def test_a_hostile_model_is_text_in_every_field(hostile, name):
    response = httpx.get(hostile.url + addresses(hostile.registry, HOSTILE)[name], timeout=30)
    assert response.status_code == 200
    assert Markup(response.text).forbidden == []


def test_hostile_addresses_are_text(client):
    for path in ("/", "/compare"):
        for name in ("q", "where", "sort", "v", "page", "done"):
            response = client.get(path, params={name: HOSTILE})
            assert response.status_code in (200, 404)
            assert Markup(response.text).forbidden == []


def test_description_and_labels_are_written(fresh):
    site, client = fresh
    path = addresses_of(site.registry)
    assert post(client, f"{path}/description", path, description="Better\r\nwords").status_code == 303
    assert post(client, f"{path}/labels", path, labels="gold, tested").status_code == 303
    model = site.registry.models.get(name="m")
    assert (model.description, set(model.labels)) == ("Better\nwords", {"gold", "tested"})
    assert post(client, f"{path}/labels", path, remove=["gold"], labels="").status_code == 303
    assert site.registry.models.get(name="m").labels == ("tested",)


def test_a_label_never_replaces_a_property(fresh):
    site, client = fresh
    path = f"/versions/{site.registry.versions.get('m@1').id}"
    assert post(client, f"{path}/labels", path, labels="auc").status_code == 409
    assert post(client, f"{path}/labels", path, remove="auc").status_code == 400
    assert site.registry.versions.get("m@1").properties["auc"] == 0.9


def test_archive_and_restore(fresh):
    site, client = fresh
    path = addresses_of(site.registry)
    for state in ("ARCHIVED", "LIVE"):
        assert post(client, f"{path}/state", path, state=state).status_code == 303
        assert site.registry.models.get(name="m").state == state


def test_a_version_with_an_alias_is_archived_when_that_is_said_again(fresh):
    site, client = fresh
    site.registry.models.set_alias("m", "champion", version="1")
    path = f"/versions/{site.registry.versions.get('m@1').id}"
    refused = post(client, f"{path}/state", path, state="ARCHIVED")
    assert refused.status_code == 409
    assert site.registry.versions.get("m@1").state == "LIVE"
    assert post(client, f"{path}/state", path, state="ARCHIVED", force="1").status_code == 303
    assert site.registry.models.aliases("m") == {}


def test_promotion_moves_the_alias_or_says_why_not(fresh):
    site, client = fresh
    one, two = (f"/versions/{site.registry.versions.get(f'm@{name}').id}" for name in "12")
    assert post(client, f"{one}/promote", one, alias="champion", by="ana", reason="first").status_code == 303
    refused = post(client, f"{two}/promote", two, alias="champion", if_better="auc")
    assert refused.status_code == 409
    assert "not better" in refused.text
    assert site.registry.models.aliases("m") == {"champion": "1"}
    assert site.registry.models.promotions("m", "champion")[0].reason == "first"


def test_an_alias_is_set_and_deleted(fresh):
    site, client = fresh
    path = addresses_of(site.registry)
    assert post(client, f"{path}/aliases", path, alias="next", version="2").status_code == 303
    assert site.registry.models.aliases("m") == {"next": "2"}
    assert post(client, f"{path}/aliases/delete", path, alias="next").status_code == 303
    assert site.registry.models.aliases("m") == {}
    assert post(client, f"{path}/aliases", path, alias="latest", version="2").status_code == 400


def test_forms_of_other_sites_are_refused(fresh):
    site, client = fresh
    path = addresses_of(site.registry)
    token = form_token(client, path)
    refused = [
        client.post(f"{path}/state", data={"state": "ARCHIVED"}),
        client.post(f"{path}/state", data={"state": "ARCHIVED", "form_token": "0" * 64}),
        httpx.post(f"{site.url}{path}/state", data={"state": "ARCHIVED", "form_token": token}),
        client.post(
            f"{path}/state", data={"state": "ARCHIVED", "form_token": token}, headers={"origin": "https://evil.example"}
        ),
        client.post(
            f"{path}/state", data={"state": "ARCHIVED", "form_token": token}, headers={"sec-fetch-site": "cross-site"}
        ),
    ]
    assert [response.status_code for response in refused] == [403] * 5
    assert site.registry.models.get(name="m").state == "LIVE"


def test_a_registry_elsewhere_is_shown_as_one_in_this_process(fresh):
    site, _ = fresh
    path = addresses_of(site.registry)
    with opened(site.url) as elsewhere, httpx.Client(base_url=elsewhere.url, timeout=30) as client:
        client.get("/", params={"key": elsewhere.key})
        assert "0.9" in client.get(path).text
        elsewhere.registry.models.update(name="m", description="written elsewhere")
        assert "written elsewhere" in client.get(path).text
        assert client.get("/models/999999").status_code == 404


def test_each_visitor_has_a_form_token_of_their_own(fresh):
    site, client = fresh
    path = addresses_of(site.registry)
    first = form_token(client, path)
    with httpx.Client(base_url=site.url, timeout=30) as another:
        second = form_token(another, path)
    assert first != second
    assert form_token(client, path) == first


def test_read_only_shows_no_forms_and_writes_nothing(tmp_path):
    with ModelRegistry(tmp_path / "r.db") as registry:
        fill(registry)
    with opened(tmp_path / "r.db", read_only=True) as site, httpx.Client(base_url=site.url, timeout=30) as client:
        client.get("/", params={"key": site.key})
        pages = addresses(site.registry, "fraud")
        for name in ("model", "version"):
            assert 'method="post"' not in client.get(pages[name]).text
        token = "0" * 64
        assert (
            client.post(f"{pages['model']}/state", data={"state": "ARCHIVED", "form_token": token}).status_code == 403
        )
        assert site.registry.models.get(name="fraud").state == "LIVE"


def test_a_registry_served_read_only_shows_no_forms(tmp_path):
    with ModelRegistry(tmp_path / "r.db") as registry:
        fill(registry)
    with served(tmp_path / "r.db", read_only=True) as site:
        assert 'method="post"' not in httpx.get(site.url + addresses(site.registry, "fraud")["model"]).text


def test_the_key_opens_once_and_becomes_a_cookie(tmp_path):
    with opened(tmp_path / "r.db") as site:
        assert httpx.get(site.url).status_code == 403
        assert httpx.get(site.url, params={"key": "another"}).status_code == 403
        with httpx.Client(base_url=site.url) as client:
            response = client.get("/", params={"key": site.key})
            cookie = response.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
            assert site.key not in response.text
            assert client.get("/").status_code == 200
        assert httpx.get(site.url, params={"key": site.key}).status_code == 403


@pytest.mark.parametrize("stripped", [True, False])
def test_behind_a_proxy_every_address_has_its_root(tmp_path, stripped):
    root = "/user/ana/proxy/8123"
    with opened(tmp_path / "r.db", root_path=root) as site, httpx.Client(base_url=site.url) as client:
        path = "/" if stripped else f"{root}/"
        response = client.get(path, params={"key": site.key})
        assert f"Path={root};" in response.headers["set-cookie"]
        cookie = {"cookie": response.headers["set-cookie"].partition(";")[0]}
        text = client.get(path, headers=cookie).text
        links = [part.split('"')[0] for part in text.split('href="')[1:]]
        assert all(link.startswith((root, "#")) for link in links)
        style = next(link for link in links if ".css" in link)
        assert client.get(style.removeprefix(root) if stripped else style).status_code == 200


def test_a_served_registry_with_a_token_has_a_login(tmp_path):
    token = tmp_path / "token"
    token.write_text("s3cret-token")
    token.chmod(0o600)
    with served(tmp_path / "r.db", token_file=token) as site, httpx.Client(base_url=site.url) as client:
        assert client.get("/").headers["location"] == "/login"
        assert client.post("/login", data={"token": "wrong"}).status_code == 403
        response = client.post("/login", data={"token": "s3cret-token"})
        assert response.status_code == 303
        assert "s3cret" not in str(response.headers)
        page = client.get("/")
        assert page.status_code == 200
        assert client.post("/logout", data={"form_token": form_token(client, "/")}).status_code == 303
        assert client.get("/").status_code == 303
        client.post("/login", data={"token": "s3cret-token"})
        assert client.get("/").status_code == 200
        token.write_text("another-token")
        assert client.get("/").status_code == 303


def test_large_and_foreign_bodies_are_refused(fresh):
    _, client = fresh
    assert (
        client.post("/models/1/state", content=b"{}", headers={"content-type": "application/json"}).status_code == 415
    )
    assert client.post("/models/1/state", data={"form_token": "x" * 1_100_000}).status_code == 413
    assert client.delete("/").status_code == 405


def test_a_registry_that_does_not_respond_is_said(tmp_path):
    with opened("http://127.0.0.1:9", retries=0) as site, httpx.Client(base_url=site.url, timeout=60) as client:
        client.get("/", params={"key": site.key})
        response = client.get("/")
        assert response.status_code == 502
        assert client.get("/doctor").status_code == 200


def test_run_ui_prints_an_address_that_opens(tmp_path):
    code = f"from modelreg.web import run_ui; run_ui({str(tmp_path / 'r.db')!r}, open_browser=False)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            with httpx.Client(timeout=30) as client:
                assert client.get(address).status_code == 200
                assert "There is no model yet" in client.get(address.partition("?")[0]).text
        finally:
            process.terminate()
        assert process.wait(20) in (0, -15)
