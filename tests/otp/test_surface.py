"""The public API: every promised name exists, is documented and has types."""

import inspect
import threading
from types import ModuleType

import pytest

from kvshell.otp import (
    agent,
    dynamic_supervisor,
    gen_server,
    registry,
    supervisor,
    sys,
    task,
    task_supervisor,
)
from kvshell.runtime import Runtime, ets, process, shared

SURFACE: dict[ModuleType, str] = {
    gen_server: "abcast call cast multi_call reply start start_link stop whereis",
    agent: "cast child_spec get get_and_update start start_link stop update",
    supervisor: (
        "callback_module child_spec count_children delete_child init restart_child start "
        "start_child start_link stop terminate_child which_children"
    ),
    dynamic_supervisor: (
        "count_children init start_child start_link stop terminate_child which_children"
    ),
    registry: (
        "child_spec count count_match count_select delete_meta dispatch keys lookup match meta "
        "put_meta register register_name select send start_link unregister unregister_match "
        "unregister_name update_value values via whereis_name"
    ),
    process: (
        "alias alive cancel_timer delete demonitor exit flag flush get get_all get_keys hibernate "
        "group_leader set_group_leader "
        "info link list_ monitor put read_timer receive register registered self_ send send_after "
        "sleep spawn spawn_link spawn_monitor unalias unlink unregister whereis yield_"
    ),
    sys: (
        "change_code get_log get_state get_status install log no_debug remove replace_state resume "
        "statistics step suspend terminate trace"
    ),
    task: (
        "async_ async_stream await_ await_many child_spec completed ignore shutdown start "
        "start_link yield_ yield_many"
    ),
    task_supervisor: (
        "async_ async_nolink async_stream async_stream_nolink child_spec children start_child "
        "start_link stop terminate_child"
    ),
    ets: (
        "all_ delete delete_all_objects delete_object first foldl give_away info insert "
        "insert_new last lookup lookup_element match match_delete match_object member new "
        "next prev rename select select_count select_delete select_replace setopts tab2list take "
        "update_counter update_element whereis"
    ),
    shared: "delete everything get put update",
}
NAMES = [(module, name) for module, names in SURFACE.items() for name in names.split()]


@pytest.mark.parametrize(
    ("module", "name"), NAMES, ids=[f"{m.__name__}.{n}".removeprefix("kvshell.") for m, n in NAMES]
)
def test_every_public_function_is_documented_and_typed(module: ModuleType, name: str) -> None:
    function = getattr(module, name)

    assert (function.__doc__ or "").strip()
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter


CALLBACKS = "init handle_call handle_cast handle_info handle_continue terminate"


@pytest.mark.parametrize("name", CALLBACKS.split())
def test_genserver_has_every_callback(name: str) -> None:
    assert callable(getattr(gen_server.GenServer, name))


def test_a_runtime_has_no_thread_before_something_is_queued() -> None:
    before = threading.active_count()
    with Runtime("free") as rt, rt.attach():
        process.send(process.self_(), 1)
        process.receive()

        assert threading.active_count() == before
