"""Where a server has a key. What is done with it is in cases/apt_key.yml."""

import pytest

from tasks.apt_key import lookup


@pytest.mark.parametrize(("server", "place"), [
    ("keys.example.com", "http://keys.example.com:11371"),
    ("hkp://keys.example.com", "http://keys.example.com:11371"),
    ("hkp://keys.example.com:80", "http://keys.example.com:80"),
    ("keys.example.com:80", "http://keys.example.com:80"),
    ("hkps://keys.example.com/", "https://keys.example.com"),
    ("https://keys.example.com", "https://keys.example.com"),
])
def test_the_url_of_a_key_on_a_server_follows_from_how_the_server_is_written(server, place):
    assert lookup(server, "DEADBEEF") == place + "/pks/lookup?op=get&options=mr&search=0xDEADBEEF"
