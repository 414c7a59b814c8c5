"""`bazaar view` as a process: it says where it is, what it cannot do, and stops on Ctrl-C."""

import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from experiments.view.command import COMPILING, is_here
from model.settings import BadRequest
from tests.experiments.view.conftest import PATIENCE_MS, Visit, served


def view(*words):
    command = [sys.executable, "-m", "experiments.cli", "view", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.all
def test_it_prints_its_address_answers_and_stops_on_ctrl_c(warm):
    with served("scenario=small") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert b"Compute Bazaar" in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_MS / 1000) == 0
        assert set(process.stderr.read().splitlines()) - {COMPILING} == {"bazaar: stopped"}


@pytest.mark.all
def test_a_visitor_who_leaves_in_mid_play_does_not_keep_it_from_stopping(warm, chromium):
    with served("scenario=small") as (process, address):
        visitor = Visit(chromium.new_context().new_page())
        visitor.open(f"{address}?month=61")
        visitor.button("Play").click()
        visitor.past(63)
        visitor.page.context.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_MS / 1000) == 0
        assert set(process.stderr.read().splitlines()) - {COMPILING} == {"bazaar: stopped"}


@pytest.mark.all
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:{port}"}, 200),
        ({"Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Host": "evil.test"}, 403),
        ({"Host": "evil.test:{port}", "Origin": "http://evil.test:{port}"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_no_other_web_site_can_drive_it(headers, status, server):
    port = server.rpartition(":")[2]
    request = urllib.request.Request(server, headers={name: text.format(port=port) for name, text in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            got = answer.status
    except urllib.error.HTTPError as error:
        got = error.code
    assert got == status


@pytest.mark.all
def test_a_port_that_is_taken_is_said_in_one_line(warm):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = view(f"port={port}")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == f"bazaar: port = {port} is taken by another program; take another, or port=0 for any\n"


def test_it_listens_to_this_machine_alone_unless_told_otherwise():
    assert is_here("127.0.0.1")
    assert is_here("localhost")
    assert is_here("::1")
    assert not is_here("0.0.0.0")
    with pytest.raises(BadRequest, match="host = here is no address"):
        is_here("here")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("scenario=colosus", "no scenario is called colosus; nearest: colossus"),
        ("port=99999", "port = 99999 is above its upper bound 65535"),
        ("parameters.usable=1", "parameters.usable is unknown; nearest: usable_share"),
        ("own=/nowhere", "own = /nowhere is no folder"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_served(word, said, refused):
    assert refused("view", word).startswith(f"bazaar: {said}")
