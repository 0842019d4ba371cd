from random import Random

import pytest

from muster.report.board import Board


def step(board, host, position):
    return [*board.start(host, (position,), "a task"), *board.end(host, (position,))]


def test_a_task_is_complete_when_every_host_has_ended_it():
    board = Board(("a", "b"))
    assert step(board, "a", 1) == []
    assert step(board, "b", 1) == [(1,)]


def test_with_one_host_every_task_is_complete_at_once():
    board = Board(("a",))
    assert [step(board, "a", position) for position in (1, 2)] == [[(1,)], [(2,)]]


def test_tasks_come_in_plan_order_however_far_one_host_is_ahead():
    board = Board(("a", "b"))
    for position in range(30):
        assert step(board, "a", position) == []
    assert [step(board, "b", position) for position in (0, 1)] == [[(0,)], [(1,)]]


def test_a_host_that_has_ended_a_later_task_has_passed_the_earlier():
    board = Board(("a", "b"))
    step(board, "a", 1)
    assert step(board, "b", 5) == [(1,)]


def test_a_later_task_that_was_sent_ahead_says_nothing_of_one_still_open():
    board = Board(("a", "b"))
    step(board, "a", 1)
    assert board.start("b", (1,), "slow") == []
    assert board.start("b", (2,), "sent ahead") == []
    assert board.end("b", (1,)) == [(1,)]


def test_a_host_that_starts_a_later_task_has_passed_the_earlier():
    board = Board(("a", "b"))
    step(board, "a", 1)
    assert board.start("b", (2,), "later") == [(1,)]


def test_a_host_that_left_is_not_waited_for():
    board = Board(("a", "b"))
    step(board, "a", 1)
    step(board, "a", 2)
    board.start("b", (1,), "never ends")
    assert board.leave("b") == [(1,), (2,)]
    assert board.leave("b") == []
    assert board.left == 1


def test_what_a_failure_dropped_is_not_waited_for():
    board = Board(("a", "b"))
    for position in (1, 2):
        board.start("b", (position,), "sent ahead")
    for position in (1, 2, 3):
        step(board, "a", position)
    assert board.end("b", (1,), stopped=True) == [(1,)]
    assert step(board, "b", 3) == [(2,), (3,)]


def test_what_has_no_outcome_is_over_when_a_later_task_ends():
    board = Board(("a", "b"))
    step(board, "a", 2)
    board.start("b", (1,), "meta: flush_handlers")
    assert step(board, "b", 2) == [(2,)]


def test_what_fails_before_the_first_task_comes_first_and_is_gathered():
    board = Board(("a", "b", "c"))
    assert board.end("a", (), stopped=True) == []
    assert board.leave("a") == []
    assert board.end("b", (), stopped=True) == []
    assert board.start("c", (0,), "First") == [()]
    assert step(board, "c", 0) == []
    assert board.leave("b") == [(0,)]


def test_a_task_that_turns_up_before_the_first_open_one_goes_first():
    board = Board(("a", "b", "c"))
    step(board, "a", 2)
    step(board, "b", 1)
    assert step(board, "c", 3) == [(1,)]
    assert step(board, "b", 3) == [(2,)]
    assert step(board, "a", 3) == [(3,)]


def test_the_end_of_the_batch_gives_up_the_rest_in_order():
    board = Board(("a", "b"))
    for position in (3, 1, 2):
        board.end("a", (position,))
    assert board.close() == [(1,), (2,), (3,)]
    assert board.close() == []


def test_a_host_the_play_does_not_name_does_no_harm():
    board = Board(("a",))
    assert step(board, "delegate", 1) == []
    assert step(board, "a", 1) == [(1,)]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_order_each_task_completes_once_in_order_and_never_early(seed):
    random = Random(seed)
    hosts = tuple("abcde")
    board = Board(hosts)
    ways = {host: [position for position in range(12) if random.random() < 0.8] for host in hosts}
    run = {position for way in ways.values() for position in way}
    complete = []
    while any(ways.values()):
        host = random.choice([host for host in hosts if ways[host]])
        complete += step(board, host, ways[host].pop(0))
        told = {position for (position,) in complete}
        assert not any(set(way) & told for way in ways.values())
    for host in hosts:
        complete += board.leave(host)
    assert complete == [(position,) for position in sorted(run)]
