"""Every operation of the public surface, by the name that a random program calls it by."""

from typing import Final

from tests.explore.search.otp_actions import OTP, SUPERVISED
from tests.explore.search.program_actions import GEN_SERVER, PROCESS, Action
from tests.explore.search.table_actions import ETS

ACTIONS: Final[dict[str, Action]] = {**PROCESS, **GEN_SERVER, **OTP, **SUPERVISED, **ETS}
