"""Which test covers which case: the oracle's sections 1 to 7 and the 25 surprising rules.

Each named test exists and quotes its number, in its name or its docstring. Where Python cannot have
the BEAM's form, the test says why; KVServer (item 25) does not exist in kvshell.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

# The number of cases in each section of the oracle.
SECTIONS = {
    "01": 16, "03": 16, "04": 26, "05": 7, "06": 9, "18": 3, "08": 9, "09": 7, "10": 23, "11": 26,
    "12": 14,
}  # fmt: skip
ITEMS = 25

TABLE: dict[str, dict[str, str]] = {
    "cases/test_article_one.py": {
        "01.1": "test_01_1_nothing_is_running_before_the_manager_is_started",
        "01.2": "test_01_2_and_01_3_the_manager_is_started_once",
        "01.3": "test_01_2_and_01_3_the_manager_is_started_once",
        "01.4": "test_01_4_and_01_12_a_store_is_its_bare_pid_and_the_same_for_its_name",
        "01.5": "test_01_5_to_01_9_put_get_and_del",
        "01.6": "test_01_5_to_01_9_put_get_and_del",
        "01.7": "test_01_5_to_01_9_put_get_and_del",
        "01.8": "test_01_5_to_01_9_put_get_and_del",
        "01.9": "test_01_5_to_01_9_put_get_and_del",
        "01.10": "test_01_10_nil_is_a_value_and_a_key",
        "01.11": "test_01_11_keys_are_any_term_and_compare_strictly",
        "01.12": "test_01_4_and_01_12_a_store_is_its_bare_pid_and_the_same_for_its_name",
        "01.13": "test_01_13_the_name_is_any_term",
        "01.14": "test_01_14_the_last_put_wins_in_the_order_sent",
        "01.15": "test_01_15_and_01_16_a_wrong_cast_ends_the_manager_and_no_store",
        "01.16": "test_01_15_and_01_16_a_wrong_cast_ends_the_manager_and_no_store",
        "03.1": "test_03_1_to_03_5_a_stopped_store_leaves_a_stale_pid",
        "03.2": "test_03_1_to_03_5_a_stopped_store_leaves_a_stale_pid",
        "03.3": "test_03_1_to_03_5_a_stopped_store_leaves_a_stale_pid",
        "03.4": "test_03_1_to_03_5_a_stopped_store_leaves_a_stale_pid",
        "03.5": "test_03_1_to_03_5_a_stopped_store_leaves_a_stale_pid",
        "03.6": "test_03_6_a_kill_is_true_and_reported_by_nobody",
        "03.7": "test_03_7_and_03_8_exit_signals_of_another",
        "03.8": "test_03_7_and_03_8_exit_signals_of_another",
        "03.9": "test_03_9_an_unknown_call_ends_the_store",
        "03.10": "test_03_10_an_unknown_cast_is_ok_and_ends_the_store",
        "03.11": "test_03_11_a_raising_handler_ends_the_store",
        "03.12": "test_03_12_a_plain_message_is_reported_and_the_store_goes_on",
        "03.13": "test_03_13_what_is_no_pid",
        "03.14": "test_03_14_stop_is_silent_for_shutdown_and_reported_for_any_other_reason",
        "03.15": "test_03_15_stopping_the_manager_leaves_the_stores_alive_and_nameless",
        "03.16": "test_03_16_nobody_is_linked",
    },
    "runtime/tables/test_ets_life.py": {
        "04.10": "test_04_10_a_table_dies_with_its_owner",
        "04.21": "test_04_21_walking_ends_with_end_of_table",
        "04.22": "test_04_22_whereis_follows_a_rename",
        "04.23": "test_04_23_give_away_changes_the_owner",
        "04.24": "test_04_24_the_heir_gets_the_table",
        "04.25": "test_04_25_a_table_survives_an_error_at_the_prompt",
        "04.26": "test_04_26_a_table_dies_with_the_shell_process",
    },
    "runtime/tables/test_ets.py": {
        "04.1": "test_04_1_an_unnamed_table_is_called_by_its_reference",
        "04.2": "test_04_2_a_named_table_is_called_by_its_name",
        "04.3": "test_04_3_a_name_is_taken_once",
        "04.4": "test_04_4_unnamed_tables_may_share_a_name",
        "04.5": "test_04_5_the_name_of_an_unnamed_table_does_not_reach_it",
        "04.6": "test_04_6_a_missing_table_is_an_argument_error",
        "04.7": "test_04_7_the_error_names_the_argument",
        "04.8": "test_04_8_others_read_a_protected_table_and_do_not_write_it",
        "04.9": "test_04_9_only_the_owner_accesses_private_tables_and_everyone_public_ones",
        "04.11": "test_04_11_info_has_the_fields_of_otp_25",
        "04.12": "test_04_12_the_options_of_the_registrys_table",
        "04.13": "test_04_13_in_a_set_1_and_1_0_are_two_keys",
        "04.14": "test_04_14_an_ordered_set_is_in_term_order_and_1_is_1_0",
        "04.15": "test_04_15_a_bag_holds_an_object_once",
        "04.16": "test_04_16_a_duplicate_bag_keeps_every_object",
        "04.17": "test_04_17_insert_new_is_all_or_nothing",
        "04.18": "test_04_18_delete_is_always_true",
        "04.19": "test_04_19_counters_and_elements_are_updated",
        "04.20": "test_04_20_patterns_and_specifications_select_rows",
    },
    "cases/test_article_two.py": {
        "05.1": "test_05_1_and_05_2_the_map_registry_in_order",
        "05.2": "test_05_1_and_05_2_the_map_registry_in_order",
        "05.3": "test_05_3_a_thousand_creates_and_lookups_without_a_race",
        "05.4": "test_05_4_a_lookup_after_stop_finds_nothing",
        "05.5": "test_05_5_a_killed_bucket_is_forgotten",
        "05.6": "test_05_6_a_function_that_raises_kills_the_bucket",
        "05.7": "test_05_7_one_for_all_when_the_registry_crashes",
        "06.1": "test_06_1_the_ets_registry_with_a_cast",
        "06.2": "test_06_2_the_lookup_after_the_cast_races",
        "06.3": "test_06_3_the_lookup_after_the_stop_races",
        "06.4": "test_06_4_a_pid_is_no_table",
        "06.5": "test_06_5_a_registry_that_does_not_run",
        "06.6": "test_06_6_nobody_else_writes_the_registrys_table",
        "06.7": "test_06_7_start_link_needs_no_name_here",
        "06.8": "test_06_8_names_of_processes_and_of_tables_are_apart",
        "06.9": "test_06_9_a_name_that_is_taken_as_a_table_ends_the_start",
        "18.1": "test_18_1_with_the_map_registry_all_pass",
        "18.2": "test_18_2_with_the_cast_all_three_fail",
        "18.3": "test_18_3_with_the_call_they_pass_in_this_order_of_events",
        "08.3": "test_06_3_the_lookup_after_the_stop_races",
    },
    "cases/test_held_open.py": {
        "08.1": "test_08_1_a_create_waits_in_the_mailbox",
        "08.2": "test_08_2_two_creates_make_one_bucket",
        "08.4": "test_08_4_and_08_5_the_order_in_the_mailbox_decides",
        "08.5": "test_08_4_and_08_5_the_order_in_the_mailbox_decides",
        "08.6": "test_08_6_a_call_to_a_suspended_server_times_out_and_stays",
        "08.7": "test_08_7_the_stale_call_crashes_the_server_when_it_is_resumed",
        "08.8": "test_08_8_suspend_is_not_counted",
        "08.9": "test_08_9_suspend_of_nobody_and_of_one_that_is_no_server",
        "09.7": "test_09_7_what_process_info_tells",
    },
    "otp/test_sys.py": {
        "09.1": "test_09_1_replace_state_returns_the_new_state",
        "09.2": "test_09_2_get_status_running_and_suspended",
        "09.3": "test_09_3_statistics_count_messages",
        "09.4": "test_09_4_trace_prints_events",
        "09.5": "test_09_5_trace_of_a_bucket_and_of_the_down_in_its_registry",
        "09.6": "test_09_6_log_keeps_recent_events",
    },
    "runtime/processes/test_process.py": {
        "10.1": "test_a_monitor_reports_a_normal_end",
        "10.2": "test_monitoring_a_dead_or_unknown_process_gives_noproc",
        "10.3": "test_monitoring_a_dead_or_unknown_process_gives_noproc",
        "10.4": "test_each_monitor_yields_its_own_down_in_the_order_installed",
        "10.5": "test_demonitor_with_flush_removes_the_down",
        "10.6": "test_a_monitor_gets_the_exit_reason",
        "10.7": "test_exit_signals_end_a_process_that_does_not_trap",
        "10.8": "test_a_trapping_process_gets_a_message",
        "10.10": "test_linking_to_a_dead_process_raises_noproc",
        "10.21": "test_receive_is_selective_and_times_out",
        "10.22": "test_send_to_an_unregistered_name_raises",
        "10.23": "test_timers_fire_and_are_cancelled",
    },
    "cases/test_the_shell_dies.py": {
        "10.9": "test_10_9_a_shell_that_traps_hears_of_it",
        "10.11": "test_10_11_a_link_that_ends_normally",
        "10.12": "test_10_12_a_link_that_ends_with_shutdown",
        "10.13": "test_10_13_a_link_that_raises_is_reported_as_well",
        "10.14": "test_10_14_a_link_that_is_killed",
        "10.15": "test_10_15_a_linked_server_that_crashes",
        "10.16": "test_10_16_a_linked_server_that_stops_normally",
        "10.17": "test_10_17_exit_at_the_prompt_and_a_signal_to_oneself_differ",
        "10.18": "test_10_18_a_lonely_crash_is_only_reported",
        "11.15": "test_11_15_a_linked_start_that_fails_takes_the_shell_along",
        "11.23": "test_11_23_a_linked_server_dies_with_the_shell_and_without_terminate",
    },
    "otp/test_task.py": {
        "10.19": "test_10_19_a_task_that_raises_takes_its_owner_with_it_and_is_reported",
        "10.20": "test_10_20_the_struct_prints_as_a_struct",
    },
    "otp/test_gen_server.py": {
        "11.1": "test_11_1_a_call_times_out_and_the_server_goes_on",
        "11.2": "test_11_2_a_late_reply_is_dropped_and_counted",
        "11.4": "test_11_4_calling_itself_crashes_the_server_and_nests_in_the_caller",
        "11.5": "test_11_5_a_call_to_a_missing_process_exits_with_noproc",
        "11.6": "test_11_6_stop_with_a_reply_terminates_first",
        "11.7": "test_11_7_stop_without_a_reply",
        "11.8": "test_11_8_continue_comes_before_any_message",
        "11.9": "test_11_9_no_clause_matches",
        "11.10": "test_11_10_and_11_11_a_missing_handle_call_ends_the_server",
        "11.11": "test_11_10_and_11_11_a_missing_handle_call_ends_the_server",
        "11.12": "test_11_12_unknown_casts_crash_and_answer_ok",
        "11.13": "test_11_13_an_unexpected_message_is_logged",
        "11.14": "test_11_14_init_may_return_ok_ignore_or_stop",
        "11.16": "test_11_16_a_reply_may_be_early_late_or_repeated",
        "11.17": "test_11_17_a_parked_caller_gets_the_reason_of_the_death",
        "11.18": "test_11_18_the_caller_gets_the_reason_of_a_crash",
        "11.19": "test_11_19_terminate_runs_on_stop_and_crash",
        "11.20": "test_11_20_an_exit_signal_does_not_run_terminate_or_report",
        "11.21": "test_11_21_a_trapped_signal_from_another_process_is_an_info",
        "11.22": "test_11_22_a_trapped_signal_of_the_parent_ends_it_through_terminate",
        "11.24": "test_11_24_servers_have_local_global_and_via_names",
        "11.25": "test_11_25_an_idle_server_gets_timeout",
        "11.26": "test_11_26_multi_call_and_abcast_reach_this_node",
    },
    "otp/test_promises_servers.py": {
        "11.3": "test_promise_6_the_default_is_5000_ms",
    },
    "otp/supervision/test_supervisor.py": {
        "12.1": "test_12_1_to_12_4_a_dynamic_supervisor_starts_and_restarts_children",
        "12.2": "test_12_1_to_12_4_a_dynamic_supervisor_starts_and_restarts_children",
        "12.3": "test_12_1_to_12_4_a_dynamic_supervisor_starts_and_restarts_children",
        "12.4": "test_12_1_to_12_4_a_dynamic_supervisor_starts_and_restarts_children",
        "12.5": "test_12_5_for_a_transient_child_shutdown_counts_as_normal",
        "12.6": "test_12_6_the_caller_gets_the_exit_and_the_child_reports",
        "12.7": "test_12_2_12_7_and_12_11_start_and_terminate_return_otps_values",
        "12.8": "test_12_8_the_fourth_restart_in_five_seconds_ends_the_supervisor",
        "12.9": "test_12_9_a_supervisor_that_gives_up_takes_its_starter_with_it",
        "12.10": "test_12_10_start_child_returns_the_result_of_init",
        "12.11": "test_12_2_12_7_and_12_11_start_and_terminate_return_otps_values",
        "12.12": "test_12_12_child_specs_are_those_of_elixir",
        "12.13": "test_12_13_stopping_ends_the_children_with_shutdown",
        "12.14": "test_12_14_which_children_a_strategy_restarts",
    },
    "cases/test_items_14_to_25.py": {
        "item 14": "test_item_14_ets_errors",
        "item 15": "test_item_15_keys",
        "item 16": "test_item_16_who_owns_a_table_and_what_its_functions_answer",
        "item 17": "test_item_17_race_1_is_always_hit_and_the_map_never",
        "item 18": "test_item_18_no_order_between_senders",
        "item 19": "test_item_19_the_order_in_the_mailbox_decides",
        "item 20": "test_item_20_sys",
        "item 21": "test_item_21_monitors_links_and_reasons",
        "item 22": "test_item_22_supervisors",
        "item 23": "test_item_23_agent_functions_run_in_the_agent",
        "item 24": "test_item_24_inspect",
        "item 25": "test_item_25_registry",
    },
    "cases/test_items.py": {
        "item 1": "test_item_1_dead_targets_are_asymmetric",
        "item 2": "test_item_2_get_is_map_get_here",
        "item 3": "test_item_3_the_manager_never_forgets",
        "item 4": "test_item_4_the_prompts_counter",
        "item 5": "test_item_5_an_exception_keeps_the_shell_and_a_linked_death_does_not",
        "item 6": "test_item_6_normal_and_kill",
        "item 7": "test_item_7_what_is_reported",
        "item 8": "test_item_8_a_server_that_traps",
        "item 9": "test_item_9_timeouts",
        "item 10": "test_item_10_what_handlers_return",
        "item 11": "test_item_11_unknown_messages",
        "item 12": "test_item_12_a_failed_init",
        "item 13": "test_item_13_calling_oneself",
    },
}


@cache
def functions(file: str) -> dict[str, str]:
    """Return the tests of a file, each with its name and docstring as one text."""
    tree = ast.parse((TESTS / file).read_text())
    return {
        node.name: f"{node.name} {ast.get_docstring(node) or ''}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


def quotes(said: str) -> set[str]:
    """Return the numbers that a text quotes: `03.1`, `test_03_1`, `03_1_to_03_5`, `item_7`."""
    text = re.sub(r"(?<!\d)(\d{1,2})_(\d{1,2})(?!\d)", r"\1.\2", said)
    numbers = {f"{int(a):02}.{int(b)}" for a, b in re.findall(r"(\d{1,2})\.(\d{1,2})", text)}
    for section, first, last in re.findall(r"(\d\d)\.(\d+)(?:_to_|-)\d\d\.(\d+)", text):
        numbers |= {f"{section}.{number}" for number in range(int(first), int(last) + 1)}
    return numbers | {f"item {number}" for number in re.findall(r"item[ _](\d+)", said)}


def test_every_case_and_every_item_is_in_the_table() -> None:
    there = [number for cases in TABLE.values() for number in cases]
    expected = [f"{part}.{n}" for part, most in SECTIONS.items() for n in range(1, most + 1)]
    expected += [f"item {number}" for number in range(1, ITEMS + 1)]

    assert sorted(there) == sorted(expected)


@pytest.mark.parametrize("file", sorted(TABLE))
def test_each_test_is_there_and_quotes_its_number(file: str) -> None:
    for number, name in TABLE[file].items():
        assert name in functions(file), name
        assert number in quotes(functions(file)[name]), (number, name)
