import io
import re
import time

import pytest

from muster.model import HostLeft, Output, PlayEnded, PlayStarted
from muster.report.live import STYLES, Live, cut
from muster.report.words import ASCII, STATUSES, View, width
from tests.report.scenario import Terminal, ended, fleet_run, small_run, started
from tests.report.texts import CASES, COMMAND, told

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(autouse=True)
def terminal(monkeypatch):
    """A terminal with colours, 100 columns wide."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")


def live(stream, now=lambda: 60.0, **view):
    return Live(View(**view), stream, COMMAND, now=now)


class ByHand(Live):
    """Draws when the test says so, and at the end."""

    def paint(self):
        pass


def text(lines):
    return ["".join(text for text, _ in line) for line in lines]


def screen(written):
    """Return the lines a terminal shows after what was written to it: the few commands that are used, obeyed."""
    lines, row, column = [""], 0, 0
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+", written):
        if piece == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif piece == "\r":
            column = 0
        elif piece == "\x1b[2K":
            lines[row] = ""
        elif found := re.fullmatch(r"\x1b\[(\d*)A", piece):
            row -= int(found[1] or 1)
        elif not piece.startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + piece + lines[row][column + len(piece) :]
            column += len(piece)
    return lines


def test_in_the_end_the_terminal_shows_the_lines_of_plain_output_and_nothing_else():
    stream = Terminal()
    report = ByHand(View(), stream, COMMAND, now=lambda: 60.0)
    for event in small_run():
        report.take(event)
        report.draw()
    report.finish()
    assert "hosts done" in stream.getvalue()
    shown = [line.split() for line in screen(stream.getvalue())]
    assert shown == [line.split() for line in told(CASES["plain.txt"]).split("\n")]


def test_statuses_have_colours_and_no_color_takes_them_away(monkeypatch):
    assert re.search(r"\x1b\[33mchanged +\x1b\[0mWrite motd", told(live, Terminal()))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", told(live, Terminal()))


def test_every_status_has_a_style():
    assert set(STATUSES) < set(STYLES)


def test_the_cursor_is_given_back_also_when_the_run_is_broken_off():
    stream = Terminal()
    with pytest.raises(KeyboardInterrupt), live(stream) as report:
        report.take(PlayStarted("Play", ("a",), 0))
        raise KeyboardInterrupt
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h") == 1
    assert not report.painter.is_alive()
    report.close()


def test_lines_are_cut_to_the_terminal_and_long_messages_are_not(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    with live(stream) as report:
        report.take(PlayStarted("Play", ("a",), 0))
        report.take(ended("a", 1, "name " * 40))
        report.take(ended("a", 2, "fails", failed=True, msg="y" * 200))
        report.finish()
    lines = SEQUENCE.sub("", stream.getvalue()).replace("\r", "").splitlines()
    [line] = [line for line in lines if "name" in line]
    assert "…" in line and width([(line, "")]) <= 60
    assert "    " + "y" * 200 in lines


@pytest.fixture
def report():
    with live(Terminal(), now=iter([0.0] + [12.0] * 1000).__next__) as made:
        made.take(PlayStarted("Play", ("a", "b", "c", "d"), 0))
        yield made


def test_the_bar_counts_hosts_that_are_done(report):
    assert text(report.footer())[1] == "  " + "─" * 30 + "  0 of 4 hosts done  0:12"
    report.take(HostLeft("a", 0, "ended"))
    report.take(HostLeft("b", 0, "unreachable"))
    assert text(report.footer())[1] == "  " + "━" * 15 + "─" * 15 + "  2 of 4 hosts done  0:12  1 failed"


def test_the_slowest_task_is_named_with_its_hosts_and_what_it_printed_last(report):
    report.take(started("a", 1, "Quick"))
    assert len(report.footer()) == 2
    for host in "bcd":
        report.take(started(host, 2, "Upgrade"))
    report.take(Output("b", ended("b", 2, "").key, "Unpacking\n\x1b[1mkernel 50%\rkernel 99%\n"))
    report.board.track("b").since -= 41
    report.board.track("c").since -= 40
    assert text(report.footer())[2:] == ["  0:41  Upgrade  b and 2 more", "        kernel 99%"]
    report.take(ended("b", 2, "Upgrade"))
    assert text(report.footer())[2:] == ["  0:40  Upgrade  c and d"]


def test_a_task_sent_ahead_has_not_begun_before_the_one_before_it_ended(report):
    report.take(started("a", 1, "First"))
    report.take(started("a", 2, "Second"))
    report.board.track("a").since -= 30
    assert text(report.footer())[2].split() == ["0:30", "First", "a"]
    report.take(ended("a", 1, "First"))
    assert len(report.footer()) == 2


def test_the_footer_fits_the_terminal(report):
    report.take(started("a", 1, "A very long name " * 20))
    report.board.track("a").since -= 30
    report.take(Output("a", ended("a", 1, "").key, "z" * 500))
    for columns in (30, 80):
        report.view.width = columns
        assert all(width(line) < columns for line in report.footer())


def test_nothing_is_below_the_lines_before_a_play_begins():
    with live(Terminal()) as made:
        assert made.footer() == []


def test_a_line_is_cut_in_the_middle_of_a_span():
    assert cut([("abc", "x"), ("defg", "y"), ("h", "z")], 6, View(marks=ASCII)) == [("abc", "x"), ("d..", "y")]
    assert cut([("abc", "x")], 3, View()) == [("abc", "x")]


def test_a_flood_of_events_is_drawn_ten_times_a_second_at_most():
    class Counted(Live):
        draws = 0

        def draw(self):
            self.draws += 1
            super().draw()

    stream = Terminal()
    begin = time.monotonic()
    with Counted(View(), stream, COMMAND) as report:
        while time.monotonic() < begin + 0.5:
            report.take(PlayStarted("Play", ("a",), 0))
            report.take(ended("a", 1, "Task"))
            report.take(PlayEnded(0, 0))
            time.sleep(0.001)
    assert stream.getvalue().count("Task") > 50
    assert 0 < report.draws <= 10 * (time.monotonic() - begin) + 1


def test_what_has_not_changed_is_not_drawn_again():
    with ByHand(View(), Terminal(), COMMAND, now=lambda: 60.0) as report:
        report.take(PlayStarted("Play", ("a", "b"), 0))
        report.draw()
        written = report.stream.getvalue()
        report.draw()
        assert report.stream.getvalue() == written
        report.take(HostLeft("a", 0, "ended"))
        report.draw()
        assert "1 of 2 hosts done" in report.stream.getvalue()[len(written) :]


def test_a_terminal_that_is_gone_is_told_at_the_end():
    class Gone(io.StringIO):
        gone = False

        def isatty(self):
            return True

        def write(self, text):
            if self.gone:
                raise OSError(5, "Input/output error")
            return super().write(text)

    stream = Gone()
    report = live(stream)
    stream.gone = True
    for event in small_run():
        report.take(event)
    with pytest.raises(OSError, match="Input/output"):
        report.finish()
    report.close()


def test_characters_a_terminal_does_not_have_are_numbered():
    class Ascii(Terminal):
        encoding = "ascii"

    stream = Ascii()
    with ByHand(View(marks=ASCII), stream, COMMAND) as report:
        report.take(PlayStarted("Grüße", ("a",), 0))
        report.take(ended("a", 1, "Task"))
        report.draw()
        report.finish()
    assert stream.getvalue().isascii() and "Gr\\xfc\\xdfe" in stream.getvalue()


def test_the_whole_fleet_ends_with_the_recap_and_without_a_footer():
    stream = Terminal()
    with live(stream) as report:
        for _, event in fleet_run():
            report.take(event)
        report.finish()
    assert SEQUENCE.sub("", stream.getvalue()).rstrip().endswith("--limit web03,web17,web41")
