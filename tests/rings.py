"""Which tests are `whole`: those that `make test` leaves to `make test-all`.

Whole is a test that starts a process of ours, a browser, a database server or a disk, kills something, runs a bench, or takes over a second on
a quiet machine. Few of them can be told by a mark in the file: it is the folder that they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
WHOLE = (
    "access/agency/test_packages.py::test_one_is_made_at_a_time_and_a_stalled_one_gives_way",
    "access/agency/test_packages.py::test_what_is_kept_of_many_long_segments_is_small",
    "access/missing/test_case.py::test_another_police_units_officer_finds_neither_case_nor_session",
    "access/ownimage/test_copies.py",
    "access/ownimage/test_own_image.py::test_a_refusal_takes_a_reason_is_printed_and_names_the_ways_that_are_open",
    "access/ownimage/test_own_image.py::test_three_questions_the_check_the_answer_the_burnt_session_and_the_end",
    "access/release/test_answers.py",
    "access/release/test_copy.py::test_taking_it_out_is_a_step_with_a_record_before_the_first_byte",
    "access/release/test_copy.py::test_who_has_an_old_page_open_is_told",
    "access/release/test_dates.py",
    "access/release/test_forgetting.py",
    "access/release/test_pages.py::test_the_whole_way_by_the_pages",
    "access/release/test_working.py",
    "access/test_end_of_duty.py",
    "backup",
    "bench",
    "chaos",
    "commands",
    "e2e",
    "evidence/test_package.py",
    "frontend",
    "gateway/configuring/test_configuring.py::test_a_device_that_is_away_a_platform_below_and_one_that_is_asked_already",
    "gateway/configuring/test_configuring.py::test_a_device_that_is_deaf_is_told_apart_from_one_that_is_mute",
    "gateway/configuring/test_configuring.py::test_what_a_device_says_is_told_beside_what_stands",
    "gateway/configuring/test_gathering.py",
    "gateway/lower_platforms/test_trying.py",
    "gateway/positions/test_loopback.py",
    "gateway/speaking/test_hostile.py::test_a_late_promise_and_a_promise_to_nothing_are_nothing",
    "gateway/speaking/test_short_form.py",
    "gateway/speaking/test_speaking.py",
    "gateway/statements/test_whole.py::test_what_a_node_asks_above_is_kept_below_first",
    "gateway/test_whole.py::test_a_movement_is_stopped_when_the_node_says_nothing_more",
    "gateway/upper_platforms/test_calls.py::test_a_hundred_calls_at_once",
    "gateway/upper_platforms/test_calls.py::test_what_goes_up_with_its_sound_is_answered_so_and_who_wants_a_picture_alone_is_sent_one",
    "gateway/upper_platforms/test_links.py::test_a_call_that_stood_when_the_gateway_died_gets_its_bye",
    "gateway/upper_platforms/test_positions.py",
    "gateway/upper_platforms/test_simulated.py",
    "gateway/upper_platforms/test_trying.py",
    "gateway/upper_platforms/test_wall.py",
    "gb28181/cascade/test_catalogue.py::test_five_thousand_entries_arrive_whole_and_no_message_is_too_large",
    "gb28181/device/test_shell.py",
    "gb28181/media/test_fuzz.py",
    "interop",
    "metrics/test_metrics.py::test_a_worker_tells_of_its_cameras_by_id_and_of_nothing_that_finds_them",
    "node/gb28181/filling/test_filling.py",
    "node/gb28181/sending/test_steering_worker.py::test_an_upper_moves_a_camera_until_somebody_here_does",
    "node/gb28181/sending/test_worker.py",
    "node/gb28181/sending/test_worker_recorded.py",
    "node/gb28181/speaking/test_whole.py::test_a_gateway_that_ends_hangs_up_and_the_next_one_says_so",
    "node/gb28181/test_source.py::test_a_call_that_the_device_ends_is_made_again",
    "node/gb28181/test_source.py::test_a_gateway_that_is_away_stops_no_picture_and_is_asked_again",
    "node/gb28181/test_source.py::test_what_is_lost_leaves_out_pictures_and_never_hands_on_half_of_one",
    "node/gb28181/test_source.py::test_without_a_key_picture_the_step_is_told_and_the_call_goes_on",
    "node/gb28181/test_steps.py",
    "node/gb28181/test_worker.py",
    "node/gb28181/viewing/test_looking.py",
    "node/gb28181/viewing/test_passed_on_downloads.py",
    "node/gb28181/viewing/test_passed_on_sound.py::test_at_another_speed_it_is_silent_and_heard_again_at_its_own",
    "node/gb28181/viewing/test_passed_on_steps.py",
    "node/health",
    "node/masking",
    "node/speaking/test_by_browser.py",
    "node/steering/test_by_browser.py::test_hold_to_move_over_the_socket_and_a_stop_when_it_is_let_go",
    "node/test_a_disk_that_fails.py",
    "node/test_catch_up.py::test_whenever_a_viewer_comes_it_gets_every_picture_from_the_key_frame_on",
    "node/test_control.py",
    "node/test_ending.py",
    "node/test_forbidden_addresses.py",
    "node/test_former_camera.py::test_it_is_played_while_its_worker_runs_on_and_after_a_restart_and_nothing_more",
    "node/test_kill.py",
    "node/test_long_group.py",
    "node/test_memory.py",
    "node/test_onvif.py::test_a_device_is_looked_at_with_the_password_that_the_worker_opens",
    "node/test_other_pictures.py",
    "node/test_other_ways.py",
    "node/test_outages.py",
    "node/test_plans.py",
    "node/test_playback.py::test_it_plays_across_file_borders_gap_and_codec_change_without_a_hole",
    "node/test_real_disks.py",
    "node/test_refusals.py::test_a_token_for_another_worker",
    "node/test_shortage.py",
    "node/test_sound.py",
    "node/test_stills.py",
    "node/test_supervisor.py",
    "node/test_tls.py::test_the_picture_comes_through_tls_live_and_played_back",
    "node/test_traces.py::test_a_view_is_a_span_in_the_trace_of_its_grant",
    "node/test_view_live.py::test_a_grant_opens_the_live_picture_from_a_key_frame",
    "notary/test_crash.py",
    "notary/test_full_disk.py",
    "notary/test_process.py::test_a_ledger_that_is_behind_stops_the_start_with_a_clear_message",
    "notary/test_process.py::test_the_kernels_word_on_the_peer_decides",
    "notary/test_rotation.py",
    "people/test_entrusting.py::test_one_security_administrator_with_two_invented_persons_reaches_no_picture",
    "places/devices/test_moving.py::test_who_reads_no_position_reads_no_last_place_either",
    "places/devices/test_moving_whole.py",
    "places/devices/test_pages.py::test_the_list_of_many_devices_asks_few_questions_and_finds_by_filter",
    "places/devices/test_pages.py::test_the_steps_of_a_device_are_told_to_who_reads_its_id_and_to_no_others",
    "places/devices/test_reports.py",
    "places/devices/test_settings.py::test_what_stands_may_stay_where_only_an_estimate_speaks_against_it",
    "places/life/test_filing.py::test_the_page_of_the_systems_life_leads_to_what_waits_and_never_to_a_second_filing",
    "places/life/test_filing_findings.py",
    "places/test_base_data.py",
    "places/test_fields.py",
    "places/test_overview.py",
    "places/test_row_scope.py::test_each_member_of_the_cast_sees_only_their_own_rows",
    "places/test_site_story.py::test_a_place_without_a_system_shows_its_gap_and_what_it_takes",
    "places/test_workbook_bombs.py",
    "sharing/test_serving_uppers.py::test_many_calls_take_few_questions",
    "tls/test_bounded_http.py::test_a_reader_of_much_may_pause_and_a_flood_of_such_gives_way",
    "tools",
    "traces/test_traces.py",
    "upgrade",
    "upkeep/alarms",
    "upkeep/test_views.py",
    "video/archive/test_holds.py::test_a_lost_index_gets_its_holds_back_before_anything_is_deleted",
    "video/burn/test_burner.py",
    "video/health/test_familiar.py::test_shadows_that_a_cloud_takes_are_no_cover_and_what_hides_the_square_is",
    "video/health/test_faults.py",
    "video/health/test_frozen.py::test_a_camera_whose_codec_keeps_the_background_is_frozen_when_it_stands_twice_as_long_as_it_ever_did",
    "video/health/test_hard_moments.py",
    "video/health/test_measures.py",
    "video/mask/test_linking.py",
    "video/mask/test_masking.py",
    "video/mask/test_memory.py",
    "video/mp4/test_interop.py::test_gstreamer_plays_a_recording_to_its_end",
    "video/onvif/test_device.py::test_document_types_are_refused_whatever_is_in_them",
    "video/source/foreign/test_files.py",
    "video/source/foreign/test_mjpeg.py::test_a_jpeg_that_states_a_huge_or_no_size_is_not_decoded",
    "video/source/foreign/test_mjpeg.py::test_garbage_ends_this_source_with_a_reason_and_no_other",
    "video/source/foreign/test_sound.py",
    "video/source/foreign/test_trial.py",
    "video/source/test_misbehaving_cameras.py::test_garbage_ends_the_connection_and_hands_on_nothing",
    "video/source/test_rtsps.py",
    "video/source/test_udp.py::test_when_the_camera_falls_silent_it_is_asked_anew",
    "web/every_view",
    "web/test_beginning.py::test_the_list_of_what_comes_next_ends_on_a_platform_that_records_nothing_itself",
    "web/test_beginning.py::test_the_list_of_what_comes_next_ends_with_the_first_recording",
    "web/test_language.py",
    "web/test_law_looking.py::test_a_clause_that_a_ground_rests_on_leads_to_its_check",
    "web/test_lawbook.py::test_the_book_travels_compressed_and_no_other_page_does",
    "web/test_seed.py",
    "web/test_seed_links.py",
    "web/test_warming.py",
    "witness",
)
"""Folders, files, and tests of files that are quick otherwise."""
WHOLE_FIXTURES = frozenset({"golden/conftest.py::asked"})
"""What walks through every state of a kind of case with every member of the cast."""
STORIES = (
    "e2e/test_adding_a_camera.py",
    "e2e/test_main_job.py",
    "e2e/test_stolen_bicycle.py::test_from_the_desk_to_the_burnt_picture_and_its_end",
    "e2e/test_filing.py::test_a_school_files_its_system_from_nothing_to_the_receipt",
    "e2e/test_law_pages.py::test_without_script_",
)
"""The browser's stories of the inner ring, on one demo: a camera comes in, is seen live and played back; a request is decided and looked at; a
filing; the law's pages."""
MARKS = ("bench", "chaos", "e2e")


def mark_whole(items: list[pytest.Item]) -> None:
    """Mark them."""
    whole = frozenset(WHOLE)
    for item in items:
        place = item.path.relative_to(HERE) if item.path.is_relative_to(HERE) else Path()
        test = f"{place.as_posix()}::{getattr(item, 'originalname', item.name)}"
        if test.startswith(STORIES):
            continue
        if (
            test in whole
            or not whole.isdisjoint(one.as_posix() for one in (place, *place.parents))
            or not WHOLE_FIXTURES.isdisjoint(_fixtures(item))
            or any(item.get_closest_marker(one) for one in MARKS)
        ):
            item.add_marker("whole")


def _fixtures(item: pytest.Item) -> Iterator[str]:
    """What a test asks for, each with the file that makes it."""
    known = getattr(item, "_fixtureinfo", None)
    for name, made in known.name2fixturedefs.items() if known else ():
        yield f"{made[-1].baseid.removeprefix('tests/')}/conftest.py::{name}"


def unknown() -> list[str]:
    """Entries that name nothing that is there."""
    found = []
    for entry in (*WHOLE, *STORIES):
        file, _, test = entry.partition("::")
        path = HERE / file
        if not path.exists() or (test and f"def {test}" not in path.read_text(encoding="utf-8")):
            found.append(entry)
    return found
