"""Redaction: what looks like a secret is not kept."""

import pytest

from kvshell.views.redaction import redacted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("put s1 password hunter2", "put s1 password [hidden]"),
        ('put s1 "api_key" "abc def"', 'put s1 "api_key" [hidden]'),
        ("put s1 opts %{token: 12, other: 3}", "put s1 opts %{token: [hidden], other: 3}"),
        ("SECRET_TOKEN=abc", "SECRET_TOKEN=[hidden]"),
        ("https://me:pw@host/path", "https://me:[hidden]@host/path"),
        ("put s1 k ghp_0123456789abcdefABCD", "put s1 k [hidden]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.abc", "[hidden]"),
        ("put s1 k 9f86d081884c7d659a2feaa0c55ad015", "put s1 k [hidden]"),
        ('%{"password" => "x"}', '%{"password" => [hidden]}'),
    ],
)
def test_secrets_are_hidden(text: str, kept: str) -> None:
    assert redacted(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "put s1 milk 1",
        "create store shopping; lookup shopping",
        "{:ok, #PID<0.104.0>}",
        '  File "/usr/lib/python3.11/site-packages/kvshell/session/session.py", line 63, in run',
        "no_function_clause_matching_in_KV_Registry_handle_call",
    ],
)
def test_the_rest_is_kept(text: str) -> None:
    assert redacted(text) == text
