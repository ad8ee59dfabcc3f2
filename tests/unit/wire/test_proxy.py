"""Which registries are reached through a proxy."""

import pytest

from modelreg._wire.proxy import proxy_for

ALL = {"http": "http://plain:3128", "https": "http://tunnel:3128"}


@pytest.mark.parametrize(
    ("url", "proxies", "expected"),
    [
        ("http://r.example.com", ALL, "http://plain:3128"),
        ("https://r.example.com", ALL, "http://tunnel:3128"),
        ("https://r.example.com", {"http": "http://plain:3128"}, None),
        ("https://r.example.com", {"all": "socks5://s:1080"}, "socks5://s:1080"),
        ("http://r.example.com", {"http": "bare:3128"}, "http://bare:3128"),
        ("http://r.example.com", {}, None),
        ("http://r.example.com", {"http": ""}, None),
    ],
)
def test_the_scheme_chooses(url, proxies, expected):
    assert proxy_for(url, proxies) == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1:8080", "localhost:80", "[::1]:8080", "r.localhost"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_this_machine_is_never_reached_through_one(scheme, host):
    assert proxy_for(f"{scheme}://{host}", ALL) is None
    assert proxy_for(f"{scheme}://{host}", ALL, loopback=True) is not None


@pytest.mark.parametrize(
    ("url", "exceptions"),
    [
        ("https://r.example.com", "*"),
        ("https://r.example.com", "other, r.example.com"),
        ("https://r.example.com", "example.com"),
        ("https://r.example.com", ".example.com"),
        ("https://r.example.com", "*.example.com"),
        ("https://R.Example.com", "r.EXAMPLE.com"),
        ("https://r.example.com:8443", "r.example.com:8443"),
        ("https://r.example.com", "https://r.example.com"),
        ("https://r.example.com", "all://r.example.com"),
        ("http://10.1.2.3:80", "10.1.2.3"),
        ("http://10.1.2.3:80", "10.0.0.0/8"),
        ("http://10.1.2.3:80", "10.1.2.3:80"),
        ("http://[fd00::1]:80", "fd00::1"),
        ("http://[fd00::1]:80", "[fd00::1]"),
    ],
)
def test_no_proxy_excepts(url, exceptions):
    assert proxy_for(url, {**ALL, "no": exceptions}) is None


@pytest.mark.parametrize(
    ("url", "exceptions"),
    [
        ("https://r.example.com", "ample.com"),
        ("https://example.com", ".example.com"),
        ("https://r.example.com:8443", "r.example.com:443"),
        ("https://r.example.com", "http://r.example.com"),
        ("https://r.example.com.evil.org", "example.com"),
        ("https://r.example.com", ""),
        ("https://r.example.com", "10.0.0.0/8, not an address/99"),
        ("http://10.1.2.3", "10.1.2.4, 1.2.3"),
    ],
)
def test_no_proxy_excepts_nothing_else(url, exceptions):
    assert proxy_for(url, {**ALL, "no": exceptions}) is not None
