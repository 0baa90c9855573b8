"""Packets: what is encoded decodes to the same frame, and invalid input is rejected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.engines.beam.packets import LENGTH, Frame, PacketError, decode, encode

frames = st.recursive(
    st.integers(-(2**31), 2**31 - 1) | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=20,
)


@pytest.mark.slow
@given(frames)
def test_a_frame_is_decoded_to_itself(frame: Frame) -> None:
    packet = encode(frame)

    assert LENGTH.unpack_from(packet)[0] == len(packet) - LENGTH.size
    assert decode(packet[LENGTH.size :]) == frame


def test_a_binary_that_is_not_utf_8_stays_bytes() -> None:
    assert decode(encode(b"\xff\x00")[4:]) == b"\xff\x00"


def test_a_list_of_small_integers_arrives_as_a_string() -> None:
    assert decode(bytes([131, 107, 0, 3, 1, 2, 255])) == [1, 2, 255]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x84a\x01",  # another version
        b"\x83w\x02ok",  # an atom: none of the seven
        b"\x83m\x00\x00\x00\x05ab",  # shorter than it says
        b"\x83a\x01\x01",  # longer
        b"\x83l\x00\x00\x00\x01a\x01a\x02",  # a list without its end
    ],
)
def test_an_invalid_packet_is_refused(body: bytes) -> None:
    with pytest.raises(PacketError):
        decode(body)
