"""Every public operation, by the name that random programs use."""

from typing import Final

from tests.explore.search.otp_actions import OTP, SUPERVISED
from tests.explore.search.program_actions import GEN_SERVER, PROCESS, Action
from tests.explore.search.table_actions import ETS, SHARED

ACTIONS: Final[dict[str, Action]] = {**PROCESS, **GEN_SERVER, **OTP, **SUPERVISED, **ETS, **SHARED}
